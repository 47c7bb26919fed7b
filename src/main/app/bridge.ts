import { type BrowserWindow, dialog, type FileFilter, ipcMain, type IpcMainInvokeEvent, nativeTheme } from 'electron'
import { z } from 'zod'
import { type Connection, type Destination, type ShellSettings, shellSettingsSchema } from '../../common/rpc/page-bridge.ts'
import type { EngineLink } from '../client/link.ts'
import { isOurPage } from './security.ts'
import type { ShellStateFile } from './shell-state.ts'

interface FileSource {
  readonly title: string
  readonly property: 'openFile' | 'openDirectory'
  readonly filters: readonly FileFilter[]
}

/** What the page may ask a person to choose. */
const sources: Readonly<Record<'file' | 'folder' | 'weights', FileSource>> = {
  file: {
    title: 'Archive of a data set',
    property: 'openFile',
    filters: [{ name: 'Archives', extensions: ['zip', 'gz', 'xz', 'tar', 'tgz'] }],
  },
  folder: { title: 'Folder with a folder for each class, or an unpacked archive', property: 'openDirectory', filters: [] },
  weights: {
    title: 'File of weights',
    property: 'openFile',
    filters: [{ name: 'Weights', extensions: ['pt', 'pth', 'th', 'bin', 'safetensors', 'onnx', 'keras', 'h5', 'hdf5', 'index'] }],
  },
}

export interface BridgeParts {
  readonly window: () => BrowserWindow | null
  readonly link: () => EngineLink
  readonly state: ShellStateFile
  readonly chooseWorkspace: () => Promise<void>
  readonly switchWorkspace: (folder: string) => void
  readonly takeDestination: () => Destination | null
}

/** Installs the main process's half of the preload script: the sender of every message is checked, and its input by a schema. */
export function installBridge(parts: BridgeParts): void {
  const handle = (channel: string, answer: (...args: unknown[]) => unknown): void => {
    ipcMain.handle(channel, (event: IpcMainInvokeEvent, ...args: unknown[]) => {
      if (!isOurPage(event, parts.window()?.webContents ?? null)) throw new Error('Refused: not the page of this app.')
      return answer(...args)
    })
  }
  handle('skiplab:call', (name, input) => parts.link().call(z.string().parse(name), input))
  handle('skiplab:connection', (): Connection => parts.link().connection)
  handle('skiplab:reconnect', () => parts.link().open())
  handle('skiplab:open-workspace', () => parts.chooseWorkspace())
  handle('skiplab:recent-workspaces', () => parts.state.current.workspaces)
  handle('skiplab:switch-workspace', (folder) => {
    // Only folders that a person has opened before: the page may not choose any other.
    parts.switchWorkspace(z.enum(parts.state.current.workspaces).parse(folder))
  })
  handle('skiplab:shell-settings', (): ShellSettings => {
    const { closing, notifications } = parts.state.current
    return { closing, notifications }
  })
  handle('skiplab:change-shell-settings', (change) => parts.state.update(shellSettingsSchema.partial().parse(change)))
  handle('skiplab:take-destination', () => parts.takeDestination())
  handle('skiplab:set-theme', (theme) => {
    const chosen = z.enum(['system', 'light', 'dark']).parse(theme)
    nativeTheme.themeSource = chosen
    if (parts.state.current.theme !== chosen) parts.state.update({ theme: chosen })
  })
  handle('skiplab:choose-dataset-source', async (kind) => {
    const window = parts.window()
    const source = sources[z.enum(['file', 'folder', 'weights']).parse(kind)]
    if (!window) return null
    const { canceled, filePaths } = await dialog.showOpenDialog(window, {
      title: source.title,
      properties: [source.property],
      filters: source.filters.length > 0 ? [...source.filters, { name: 'All files', extensions: ['*'] }] : [],
    })
    return canceled ? null : (filePaths[0] ?? null)
  })
  handle('skiplab:choose-export-path', async (suggestedName) => {
    const window = parts.window()
    if (!window) return null
    const defaultPath = z.string().max(200).parse(suggestedName)
    const { canceled, filePath } = await dialog.showSaveDialog(window, { title: 'Where the weights go', defaultPath })
    return canceled ? null : filePath || null
  })
}

/** Passes the engine's events on to the page. @returns a function that ends it */
export function forwardEvents(link: EngineLink, window: () => BrowserWindow | null): () => void {
  const send = (channel: string, payload: unknown): void => {
    const contents = window()?.webContents
    if (contents && !contents.isDestroyed() && !contents.isCrashed()) contents.send(channel, payload)
  }
  const ends = [
    link.onEvent((event) => send('skiplab:event', event)),
    link.onConnection((connection) => send('skiplab:connection-changed', connection)),
  ]
  return () => ends.forEach((end) => end())
}
