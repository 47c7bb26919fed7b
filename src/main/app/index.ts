import { join } from 'node:path'
import type { BrowserWindow} from 'electron';
import { app, dialog, nativeTheme, session } from 'electron'
import { EngineLink } from '../engine/link.ts'
import { workspaceToOpen } from './arguments.ts'
import { Background } from './background.ts'
import { forwardEvents, installBridge } from './bridge.ts'
import { askBeforeClosing } from './closing.ts'
import { connectToEngine } from './engine-process.ts'
import { installMenu } from './menu.ts'
import { declarePageScheme, servePage } from './page-protocol.ts'
import { denyPermissions, lockDown } from './security.ts'
import { ShellStateFile } from './shell-state.ts'
import { createWindow, pageFolder, preloadPath } from './window.ts'

/** The shell: one window over one workspace's engine. It holds no data of its own, so closing or killing it loses nothing. */
class Shell {
  private readonly state = new ShellStateFile(join(app.getPath('userData'), 'shell.json'))
  private window: BrowserWindow | null = null
  private readonly background = new Background(() => this.window)
  private link: EngineLink
  private endForwarding: () => void = () => undefined
  private crashes: number[] = []

  constructor() {
    this.link = this.connect(workspaceToOpen(process.argv, process.env, this.state.current.workspaces[0] ?? null))
  }

  start(): void {
    nativeTheme.themeSource = this.state.current.theme
    servePage(session.defaultSession, pageFolder())
    denyPermissions(session.defaultSession)
    installBridge({ window: () => this.window, link: () => this.link, state: this.state, chooseWorkspace: () => this.chooseWorkspace() })
    this.installMenu()
    this.openWindow()
  }

  openWindow(): void {
    if (this.window) {
      if (this.window.isMinimized()) this.window.restore()
      this.window.show()
      this.window.focus()
      return
    }
    const window = createWindow(this.state, preloadPath())
    this.window = window
    askBeforeClosing(window, { link: () => this.link, status: () => this.background.status, state: this.state })
    window.on('closed', () => (this.window = null))
    window.webContents.on('render-process-gone', (_event, { reason }) => this.recover(window, reason))
  }

  end(): void {
    this.endForwarding()
    this.link.close()
  }

  /** A second start may name another workspace. */
  openAgain(argv: readonly string[]): void {
    const named = argv.some((argument) => argument.startsWith('--workspace'))
    if (named) this.openWorkspace(workspaceToOpen(argv, {}, null))
    this.openWindow()
  }

  private connect(workspace: string): EngineLink {
    const link = new EngineLink(() => connectToEngine(workspace))
    const ends = [
      forwardEvents(link, () => this.window),
      link.onEvent((event) => this.background.hear(event)),
      link.onConnection((connection) => {
        if (connection.state !== 'connected') return this.background.forget()
        this.state.remember(connection.workspace)
        this.installMenu()
        void link.call('engine.status', {}).then((reply) => {
          // A reply to engine.status is its status; the link types replies by no name.
          if (reply.ok) this.background.follow(reply.output as Parameters<Background['follow']>[0])
        })
      }),
    ]
    this.endForwarding = () => ends.forEach((end) => end())
    void link.open()
    return link
  }

  private openWorkspace(folder: string): void {
    this.end()
    this.background.forget()
    this.link = this.connect(folder)
    this.window?.webContents.reload()
  }

  private async chooseWorkspace(): Promise<void> {
    if (!this.window) return
    const { canceled, filePaths } = await dialog.showOpenDialog(this.window, { title: 'Folder of a workspace, old or new', properties: ['openDirectory', 'createDirectory'] })
    const [folder] = filePaths
    if (!canceled && folder) this.openWorkspace(folder)
  }

  private installMenu(): void {
    installMenu({ window: () => this.window, workspaces: () => this.state.current.workspaces, openWorkspace: (folder) => this.openWorkspace(folder), chooseWorkspace: () => void this.chooseWorkspace() })
  }

  /** A crashed page is loaded again; runs do not notice. Three crashes in five minutes end that. */
  private recover(window: BrowserWindow, reason: string): void {
    if (reason === 'clean-exit' || window.isDestroyed()) return
    const now = Date.now()
    this.crashes = [...this.crashes.filter((at) => now - at < 300_000), now]
    if (this.crashes.length < 3) return window.webContents.reload()
    dialog.showErrorBox('The window crashed again', `Its process ended three times in five minutes (${reason}). Training goes on; "skiplab serve" shows it in a browser.`)
    window.destroy()
  }
}

app.setName('Skiplab')
declarePageScheme()
lockDown(app)

if (!app.requestSingleInstanceLock()) {
  app.quit()
} else {
  void app.whenReady().then(() => {
    const shell = new Shell()
    shell.start()
    app.on('second-instance', (_event, argv) => shell.openAgain(argv))
    app.on('activate', () => shell.openWindow())
    app.on('window-all-closed', () => process.platform === 'darwin' || app.quit())
    app.on('will-quit', () => shell.end())
  })
}
