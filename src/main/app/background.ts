import { type BrowserWindow, Notification, powerSaveBlocker } from 'electron'
import type { AnyEvent } from '../../common/rpc/page-bridge.ts'
import type { EngineStatus } from '../../common/rpc/records.ts'

export interface BackgroundParts {
  readonly window: () => BrowserWindow | null
  readonly notify: () => boolean
  /** A person clicked on a notification: of a run, or of the whole queue (null). */
  readonly open: (runId: number | null) => void
  /** All runs are done, and quitting then was asked for. */
  readonly quit: () => void
  readonly onStatus: (status: EngineStatus | null) => void
}

/** While runs train the machine must not fall asleep; when all are done, or one fails, a person elsewhere is told. */
export class Background {
  private readonly parts: BackgroundParts
  private blocker: number | null = null
  private last: EngineStatus | null = null

  constructor(parts: BackgroundParts) {
    this.parts = parts
  }

  /** The engine's latest status, for who asks before closing. */
  get status(): EngineStatus | null {
    return this.last
  }

  hear(event: AnyEvent): void {
    if (event.name === 'engine.changed') this.follow(event.payload)
    if (event.name === 'run.event' && event.payload.runId === null && event.payload.kind === 'quit') this.parts.quit()
    if (event.name === 'run.event' && event.payload.level === 'error') this.tell(event.payload.runId === null ? 'The engine reports' : `Run ${event.payload.runId} needs you`, event.payload.message, event.payload.runId)
  }

  follow(status: EngineStatus): void {
    const before = this.last
    this.last = status
    this.parts.onStatus(status)
    if (status.ending && !before?.ending) this.tell('All runs are done', `${status.ending.action === 'sleep' ? 'The computer goes to sleep' : 'Skiplab quits'} in a minute; open Skiplab to call it off.`, null)
    const busy = status.running.length > 0
    if (busy && this.blocker === null) this.blocker = powerSaveBlocker.start('prevent-app-suspension')
    if (!busy) this.allowSleep()
    const left = (one: EngineStatus): number => one.running.length + one.waiting
    if (before && left(before) > 0 && left(status) === 0 && !status.stopping) this.tell('All runs are done', 'The queue is empty.', null)
  }

  /** Without an engine nothing runs that we know of. */
  forget(): void {
    this.last = null
    this.parts.onStatus(null)
    this.allowSleep()
  }

  private allowSleep(): void {
    if (this.blocker !== null) powerSaveBlocker.stop(this.blocker)
    this.blocker = null
  }

  private tell(title: string, body: string, runId: number | null): void {
    if (this.parts.window()?.isFocused() || !this.parts.notify() || !Notification.isSupported()) return
    const notification = new Notification({ title, body })
    notification.on('click', () => this.parts.open(runId))
    notification.show()
  }
}
