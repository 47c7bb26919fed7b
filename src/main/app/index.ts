import { app } from 'electron'
import { destinationOfFile, destinationOfLink } from './arguments.ts'
import { declarePageScheme } from './page-protocol.ts'
import { lockDown } from './security.ts'
import { Shell } from './shell.ts'

app.setName('Skiplab')
declarePageScheme()
lockDown(app)

if (!app.requestSingleInstanceLock()) {
  app.quit()
} else {
  let shell: Shell | null = null
  // On macOS links and files come as events, perhaps before the app is ready.
  let early: string | null = null
  const open = (destination: string): void => {
    if (shell) shell.openDestination(destinationOfLink(destination) ?? destinationOfFile(destination, '/'))
    else early = destination
  }
  for (const name of ['open-url', 'open-file'] as const) {
    app.on(name as 'open-url', (event, destination) => {
      // both hand over a text
      event.preventDefault()
      open(destination)
    })
  }
  void app.whenReady().then(() => {
    // A clone's Electron is not what the system should open links with.
    if (app.isPackaged) app.setAsDefaultProtocolClient('skiplab')
    const started = new Shell()
    shell = started
    started.start()
    if (early !== null) open(early)
    app.on('second-instance', (_event, argv, folder) => started.openAgain(argv, folder))
    app.on('activate', () => started.openWindow())
    app.on('window-all-closed', () => started.inBackground || process.platform === 'darwin' || app.quit())
    app.on('will-quit', () => started.end())
  })
}
