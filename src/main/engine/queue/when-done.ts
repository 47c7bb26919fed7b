import { execFile } from 'node:child_process'
import { messageOf } from '../../../common/caught.ts'
import type { EngineStatus } from '../../../common/records/records.ts'
import type { Journal } from '../journal/journal.ts'
import type { Store } from '../../store/store.ts'

export interface WhenDoneOptions {
  readonly store: Store
  readonly journal: Journal
  /** Time in which a person can object. */
  readonly noticeMs: number
  readonly quit: () => void
  readonly sleep: () => Promise<void>
  readonly onChange: () => void
}

type Ending = NonNullable<EngineStatus['ending']>

/** Does, once, what was asked for when the queue is done: announces it, then does it unless a person objects or more work comes. */
export class WhenDoneWatch {
  readonly #options: WhenDoneOptions
  /** Whether there was any work: an engine that found none has not come to the end of the queue. */
  #worked = false
  #ending: { action: Ending['action']; at: number; due: number } | null = null

  constructor(options: WhenDoneOptions) {
    this.#options = options
  }

  get ending(): Ending | null {
    return this.#ending && { action: this.#ending.action, at: this.#ending.at }
  }

  /** Notes that a run started. */
  noteWork(): void {
    this.#worked = true
  }

  /** Call about once a second. @param working whether any run trains or waits */
  check(working: boolean): void {
    const { store, noticeMs, onChange } = this.#options
    if (working) this.#worked = true
    const action = store.queue.whenDone
    if (working || !this.#worked || action === 'nothing' || (this.#ending && this.#ending.action !== action)) {
      if (this.#ending === null) return
      this.#ending = null
      onChange()
    } else if (this.#ending === null) {
      this.#ending = { action, at: Date.now() + noticeMs, due: performance.now() + noticeMs }
      this.#say('info', 'done', `all runs are done: ${words(action)} in ${Math.round(noticeMs / 1000)} s`)
      onChange()
    } else if (performance.now() >= this.#ending.due) this.#carryOut(action)
  }

  #carryOut(action: Ending['action']): void {
    this.#ending = null
    this.#worked = false
    this.#options.journal.commit((announce) => {
      this.#options.store.queue.setWhenDone('nothing')
      announce.event(null, 'info', action, `all runs are done: ${words(action)} now`)
    })
    this.#options.onChange()
    if (action === 'quit') this.#options.quit()
    else
      this.#options
        .sleep()
        .catch((error: unknown) => this.#say('error', 'sleep', `the machine could not be put to sleep: ${messageOf(error)}`))
  }

  #say(level: 'info' | 'error', kind: string, message: string): void {
    this.#options.journal.commit((announce) => announce.event(null, level, kind, message))
  }
}

function words(action: Ending['action']): string {
  return action === 'quit' ? 'Skiplab ends' : 'the machine goes to sleep'
}

/** Finds the system's command for going to sleep; SKIPLAB_SLEEP_COMMAND names another program. */
function sleepCommand(platform: NodeJS.Platform, env: NodeJS.ProcessEnv): readonly [string, ...string[]] {
  if (env.SKIPLAB_SLEEP_COMMAND) return [env.SKIPLAB_SLEEP_COMMAND]
  if (platform === 'darwin') return ['pmset', 'sleepnow']
  if (platform === 'win32') return ['rundll32.exe', 'powrprof.dll,SetSuspendState', '0,1,0']
  return ['systemctl', 'suspend']
}

export function putToSleep(): Promise<void> {
  const [command, ...args] = sleepCommand(process.platform, process.env)
  return new Promise((resolve, reject) => {
    execFile(command, args, { timeout: 20_000, windowsHide: true }, (error, _stdout, stderr) =>
      error ? reject(new Error(stderr.trim() || error.message)) : resolve(),
    )
  })
}
