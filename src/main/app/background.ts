import { type BrowserWindow, Notification, powerSaveBlocker } from 'electron'
import { mayBeNews, type News } from '../../common/report/news.ts'
import type { AnyEvent } from '../../common/rpc/page-bridge.ts'
import type { EngineStatus, RunEvent } from '../../common/records/records.ts'

export interface BackgroundParts {
  readonly window: () => BrowserWindow | null
  readonly notify: () => boolean
  /** Asks the engine what an event means for a person elsewhere. */
  readonly news: (event: RunEvent) => Promise<readonly News[]>
  /** Called when a person clicks on a notification. */
  readonly open: (news: News) => void
  /** Called when all runs are done and quitting then was asked for. */
  readonly quit: () => void
  readonly onStatus: (status: EngineStatus | null) => void
}

/** Keeps the machine awake while runs train, and notifies a person when a sweep is done or a run fails. */
export class Background {
  private readonly parts: BackgroundParts
  private blocker: number | null = null
  private last: EngineStatus | null = null
  private readonly shown = new Set<Notification>()

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
    if (event.name !== 'run.event') return
    if (event.payload.runId === null && event.payload.level === 'error')
      this.tell({ title: 'The engine reports', body: event.payload.message, runId: null })
    if (mayBeNews(event.payload)) void this.parts.news(event.payload).then((all) => all.forEach((news) => this.tell(news)))
  }

  follow(status: EngineStatus): void {
    const before = this.last
    this.last = status
    this.parts.onStatus(status)
    if (status.ending && !before?.ending)
      this.tell({
        title: 'All runs are done',
        body:
          `${status.ending.action === 'sleep' ? 'The computer goes to sleep' : 'Skiplab quits'} in a minute; open Skiplab to ` +
          'call it off.',
        runId: null,
      })
    const busy = status.running.length > 0
    if (busy && this.blocker === null) this.blocker = powerSaveBlocker.start('prevent-app-suspension')
    if (!busy) this.allowSleep()
  }

  /** Forgets the running runs, since without an engine nothing is known of them. */
  forget(): void {
    this.last = null
    this.parts.onStatus(null)
    this.allowSleep()
  }

  private allowSleep(): void {
    if (this.blocker !== null) powerSaveBlocker.stop(this.blocker)
    this.blocker = null
  }

  private tell(news: News): void {
    if (this.parts.window()?.isFocused() || !this.parts.notify() || !Notification.isSupported()) return
    const notification = new Notification({ title: news.title, body: news.body })
    // Without a reference it may be collected, and its click with it.
    this.shown.add(notification)
    notification.on('close', () => this.shown.delete(notification))
    notification.on('click', () => {
      this.shown.delete(notification)
      this.parts.open(news)
    })
    notification.show()
  }
}
