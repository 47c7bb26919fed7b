import { type BrowserWindow, Notification, powerSaveBlocker } from 'electron'
import type { AnyEvent } from '../../common/rpc/page-bridge.ts'
import type { EngineStatus } from '../../common/rpc/records.ts'

/** While runs train the machine must not fall asleep; when all are done, or one fails, a person elsewhere is told. */
export class Background {
  private readonly window: () => BrowserWindow | null
  private blocker: number | null = null
  private last: EngineStatus | null = null

  constructor(window: () => BrowserWindow | null) {
    this.window = window
  }

  /** The engine's latest status, for who asks before closing. */
  get status(): EngineStatus | null {
    return this.last
  }

  hear(event: AnyEvent): void {
    if (event.name === 'engine.changed') this.follow(event.payload)
    if (event.name === 'run.event' && event.payload.level === 'error') this.tell('A run needs you', event.payload.message)
  }

  follow(status: EngineStatus): void {
    const before = this.last
    this.last = status
    const busy = status.running.length > 0
    if (busy && this.blocker === null) this.blocker = powerSaveBlocker.start('prevent-app-suspension')
    if (!busy) this.allowSleep()
    const left = (one: EngineStatus): number => one.running.length + one.waiting
    if (before && left(before) > 0 && left(status) === 0 && !status.stopping) this.tell('All runs are done', 'The queue is empty.')
  }

  /** Without an engine nothing runs that we know of. */
  forget(): void {
    this.last = null
    this.allowSleep()
  }

  private allowSleep(): void {
    if (this.blocker !== null) powerSaveBlocker.stop(this.blocker)
    this.blocker = null
  }

  private tell(title: string, body: string): void {
    if (this.window()?.isFocused() || !Notification.isSupported()) return
    const notification = new Notification({ title, body })
    notification.on('click', () => this.window()?.show())
    notification.show()
  }
}
