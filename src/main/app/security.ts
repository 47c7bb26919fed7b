import type { App, IpcMainInvokeEvent, Session, WebContents } from 'electron'
import { pageOrigin } from './page-protocol.ts'

/** Denies what no page of ours needs: a camera, a location, a new window, another address. */
export function lockDown(app: App): void {
  app.on('web-contents-created', (_event, contents) => {
    contents.setWindowOpenHandler(() => ({ action: 'deny' }))
    contents.on('will-navigate', (event, url) => {
      if (!isPage(url)) event.preventDefault()
    })
    contents.on('will-redirect', (event) => event.preventDefault())
    contents.on('will-attach-webview', (event) => event.preventDefault())
  })
}

/** Denies all permissions but one: our page may write text and pictures to the clipboard, not read it. */
export function denyPermissions(session: Session): void {
  const allowed = (permission: string, url: string | undefined): boolean =>
    permission === 'clipboard-sanitized-write' && url !== undefined && isPage(url)
  session.setPermissionRequestHandler((contents, permission, decide) => decide(allowed(permission, contents.getURL())))
  session.setPermissionCheckHandler((contents, permission) => allowed(permission, contents?.getURL()))
  session.setDevicePermissionHandler(() => false)
}

/** Tells whether an IPC message comes from the main frame of our own window, showing our own page. */
export function isOurPage(event: IpcMainInvokeEvent, contents: WebContents | null): boolean {
  const frame = event.senderFrame
  return contents !== null && event.sender === contents && frame !== null && frame === contents.mainFrame && isPage(frame.url)
}

function isPage(url: string): boolean {
  return url.startsWith(`${pageOrigin}/`)
}
