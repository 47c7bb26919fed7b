import { join } from 'node:path'
import { BrowserWindow, nativeTheme, screen } from 'electron'
import { pageAddress } from './page-protocol.ts'
import type { Bounds, ShellStateFile } from './shell-state.ts'

const defaultSize = { width: 1320, height: 860 }
const saveDelayMs = 400

/** Creates the one window with the position and size that it had before. */
export function createWindow(state: ShellStateFile, preload: string): BrowserWindow {
  const { bounds, maximized } = state.current
  const window = new BrowserWindow({
    ...defaultSize,
    ...(bounds && isOnScreen(bounds) ? bounds : {}),
    minWidth: 760,
    minHeight: 520,
    show: false,
    title: 'Skiplab',
    backgroundColor: nativeTheme.shouldUseDarkColors ? '#151619' : '#f7f7f5',
    webPreferences: {
      preload,
      sandbox: true,
      contextIsolation: true,
      nodeIntegration: false,
      nodeIntegrationInWorker: false,
      webviewTag: false,
      spellcheck: false,
    },
  })
  if (maximized) window.maximize()
  window.once('ready-to-show', () => window.show())
  rememberBounds(window, state)
  void window.loadURL(pageAddress)
  return window
}

export function preloadPath(): string {
  return join(import.meta.dirname, '..', 'preload', 'index.cjs')
}

export function pageFolder(): string {
  return join(import.meta.dirname, '..', 'renderer')
}

/** Tells whether the window would be on a screen: one may have been unplugged since. */
function isOnScreen(bounds: Bounds): boolean {
  const { workArea } = screen.getDisplayMatching(bounds)
  return (
    bounds.x < workArea.x + workArea.width - 80 &&
    bounds.x + bounds.width > workArea.x + 80 &&
    bounds.y >= workArea.y - 10 &&
    bounds.y < workArea.y + workArea.height - 40
  )
}

function rememberBounds(window: BrowserWindow, state: ShellStateFile): void {
  let timer: ReturnType<typeof setTimeout> | null = null
  const save = (): void => {
    if (!window.isDestroyed()) state.update({ bounds: window.getNormalBounds(), maximized: window.isMaximized() })
  }
  const saveSoon = (): void => {
    if (timer) clearTimeout(timer)
    timer = setTimeout(save, saveDelayMs)
  }
  window.on('resize', saveSoon)
  window.on('move', saveSoon)
  window.on('close', save)
}
