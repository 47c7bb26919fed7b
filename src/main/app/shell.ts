import { join } from 'node:path'
import { app, type BrowserWindow, dialog, nativeTheme, session } from 'electron'
import { type News, newsOf, newsOfLostRuns } from '../../common/report/news.ts'
import type { Destination } from '../../common/rpc/page-bridge.ts'
import type { RunEvent } from '../../common/records/records.ts'
import { unpackRuns } from '../../common/rpc/run-list.ts'
import { EngineLink } from '../client/link.ts'
import { destinationToOpen, workspaceToOpen } from './arguments.ts'
import { ask } from './ask.ts'
import { Background } from './background.ts'
import { forwardEvents, installBridge } from './bridge.ts'
import { askBeforeClosing, stopEngine } from './closing.ts'
import { connectToEngine } from './engine-process.ts'
import { installMenu } from './menu.ts'
import { servePage } from './page-protocol.ts'
import { denyPermissions } from './security.ts'
import { ShellStateFile } from './shell-state.ts'
import { TrayIcon } from './tray.ts'
import { createWindow, pageFolder, preloadPath } from './window.ts'

/** The shell: one window over one workspace's engine. It holds no data of its own, so closing or killing it loses nothing. */
export class Shell {
  private readonly state = new ShellStateFile(join(app.getPath('userData'), 'shell.json'))
  private window: BrowserWindow | null = null
  private readonly tray = new TrayIcon({
    open: () => this.openWindow(),
    stopAfterEpoch: () => void this.link.call('engine.stop', { mode: 'epoch' }),
    stopAndQuit: () => void stopEngine(this.link).then(() => app.quit()),
    quit: () => app.quit(),
  })
  private readonly background = new Background({
    quit: () => app.quit(),
    window: () => this.window,
    notify: () => this.state.current.notifications,
    news: (event) => this.newsOf(event),
    open: ({ runId, view = 'report' }) => this.openDestination(runId === null ? { kind: 'view', view } : { kind: 'run', runId }),
    onStatus: (status) => this.tray.update(status),
  })
  private link: EngineLink
  private endForwarding: () => void = () => undefined
  private crashes: number[] = []
  /** Destination to send to the page once it listens. */
  private destination: Destination | null

  constructor() {
    this.destination = destinationToOpen(process.argv, process.cwd())
    this.link = this.connect(workspaceToOpen(process.argv, process.env, this.state.current.workspaces[0] ?? null, process.cwd()))
  }

  /** Whether the window is closed while runs train. */
  get inBackground(): boolean {
    return this.tray.shown
  }

  start(): void {
    nativeTheme.themeSource = this.state.current.theme
    servePage(session.defaultSession, pageFolder())
    denyPermissions(session.defaultSession)
    installBridge({
      window: () => this.window,
      link: () => this.link,
      state: this.state,
      chooseWorkspace: () => this.chooseWorkspace(),
      switchWorkspace: (folder) => this.openWorkspace(folder),
      takeDestination: () => {
        const { destination } = this
        this.destination = null
        return destination
      },
    })
    this.installMenu()
    this.openWindow()
  }

  openWindow(): void {
    this.tray.hide()
    if (this.window) {
      if (this.window.isMinimized()) this.window.restore()
      this.window.show()
      this.window.focus()
      return
    }
    const window = createWindow(this.state, preloadPath())
    this.window = window
    askBeforeClosing(window, {
      link: () => this.link,
      status: () => this.background.status,
      state: this.state,
      toBackground: () => this.tray.show(this.background.status),
    })
    window.on('closed', () => (this.window = null))
    window.webContents.on('render-process-gone', (_event, { reason }) => this.recover(window, reason))
  }

  /** Brings the window forward and sends its page somewhere; null leaves it where it is. */
  openDestination(destination: Destination | null): void {
    this.destination = destination
    const listening = this.window !== null && !this.window.webContents.isLoading()
    this.openWindow()
    if (!destination || !listening) return
    this.destination = null
    this.window?.webContents.send('skiplab:destination', destination)
  }

  /** Handles a second start, which may name another workspace, a run or a sweep file. */
  openAgain(argv: readonly string[], folder: string): void {
    const named = argv.some((argument) => argument.startsWith('--workspace'))
    const destination = destinationToOpen(argv, folder)
    if (!named) return this.openDestination(destination)
    const workspace = workspaceToOpen(argv, {}, null, folder)
    if (this.link.connection.state === 'connected' && this.link.connection.workspace === workspace) return this.openDestination(destination)
    this.destination = destination
    this.openWorkspace(workspace)
    this.openWindow()
  }

  end(): void {
    this.tray.hide()
    this.endForwarding()
    this.link.close()
  }

  private connect(workspace: string): EngineLink {
    const link = new EngineLink((say) => connectToEngine(workspace, say))
    const ends = [
      forwardEvents(link, () => this.window),
      link.onEvent((event) => this.background.hear(event)),
      link.onConnection((connection) => {
        if (connection.state !== 'connected') return this.background.forget()
        this.state.remember(connection.workspace)
        this.installMenu()
        void ask(link, 'engine.status', {}).then((status) => status && this.background.follow(status))
      }),
    ]
    this.endForwarding = () => ends.forEach((end) => end())
    void link.open()
    return link
  }

  private async newsOf(event: RunEvent): Promise<readonly News[]> {
    const { link } = this
    if (event.runId === null) return newsOfLostRuns(event)
    const run = await ask(link, 'runs.get', { runId: event.runId })
    if (!run) return []
    const [list, status] = await Promise.all([
      run.sweepId === null ? null : ask(link, 'runs.list', { filter: { sweepId: run.sweepId }, limit: 100_000 }),
      ask(link, 'engine.status', {}),
    ])
    return status ? newsOf(event, run, list ? unpackRuns(list) : [run], status.running.length + status.waiting) : []
  }

  private openWorkspace(folder: string): void {
    this.endForwarding()
    this.link.close()
    this.background.forget()
    this.link = this.connect(folder)
    this.window?.webContents.reload()
  }

  private async chooseWorkspace(): Promise<void> {
    if (!this.window) return
    const { canceled, filePaths } = await dialog.showOpenDialog(this.window, {
      title: 'Folder of a workspace, old or new',
      properties: ['openDirectory', 'createDirectory'],
    })
    const [folder] = filePaths
    if (!canceled && folder) this.openWorkspace(folder)
  }

  private installMenu(): void {
    installMenu({
      show: (destination) => this.openDestination(destination),
      workspaces: () => this.state.current.workspaces,
      openWorkspace: (folder) => this.openWorkspace(folder),
      chooseWorkspace: () => void this.chooseWorkspace(),
    })
  }

  /** Loads a crashed page again, where it was; runs do not notice. Three crashes in five minutes end that. */
  private recover(window: BrowserWindow, reason: string): void {
    if (reason === 'clean-exit' || window.isDestroyed()) return
    const now = Date.now()
    this.crashes = [...this.crashes.filter((at) => now - at < 300_000), now]
    if (this.crashes.length < 3) return window.webContents.reload()
    dialog.showErrorBox(
      'The window crashed again',
      `Its process ended three times in five minutes (${reason}). Training goes on; "skiplab serve" shows it in a browser.`,
    )
    window.destroy()
  }
}
