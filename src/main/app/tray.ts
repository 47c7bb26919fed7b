import { Menu, nativeImage, Tray } from 'electron'
import trayImage from '../../../resources/icons/tray.png?inline'
import trayTemplate from '../../../resources/icons/tray-template.png?inline'
import type { EngineStatus } from '../../common/records/records.ts'
import { trayWords } from './tray-words.ts'

export interface TrayActions {
  open(): void
  stopAfterEpoch(): void
  /** Stops the engine and quits; checkpoints are saved first, from which the runs go on next time. */
  stopAndQuit(): void
  /** Quits the app; the engine goes on training without it. */
  quit(): void
}

/** Shows an icon in the tray while the window is closed and runs train. */
export class TrayIcon {
  private readonly actions: TrayActions
  private tray: Tray | null = null
  private words = ''

  constructor(actions: TrayActions) {
    this.actions = actions
  }

  get shown(): boolean {
    return this.tray !== null
  }

  show(status: EngineStatus | null): void {
    if (!this.tray) {
      this.tray = new Tray(icon())
      this.tray.on('click', () => this.actions.open())
    }
    this.words = ''
    this.update(status)
  }

  update(status: EngineStatus | null): void {
    const words = trayWords(status)
    if (!this.tray || words === this.words) return
    this.words = words
    const training = (status?.running.length ?? 0) > 0
    this.tray.setToolTip(`Skiplab: ${words}`)
    this.tray.setContextMenu(
      Menu.buildFromTemplate([
        { label: words, enabled: false },
        { type: 'separator' },
        { label: 'Open Skiplab', click: () => this.actions.open() },
        { label: 'Stop after this epoch', enabled: training && !status?.stopping, click: () => this.actions.stopAfterEpoch() },
        { type: 'separator' },
        ...(training
          ? [
              { label: 'Save, stop and quit', click: () => this.actions.stopAndQuit() },
              { label: 'Quit, training goes on', click: () => this.actions.quit() },
            ]
          : [{ label: 'Quit', click: () => this.actions.quit() }]),
      ]),
    )
  }

  hide(): void {
    this.tray?.destroy()
    this.tray = null
  }
}

function icon(): Electron.NativeImage {
  const mac = process.platform === 'darwin'
  const image = nativeImage
    .createFromDataURL(mac ? trayTemplate : trayImage)
    .resize({ width: mac ? 18 : 22, height: mac ? 18 : 22, quality: 'best' })
  if (mac) image.setTemplateImage(true)
  return image
}
