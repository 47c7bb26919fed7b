import { isDiskFull, mayBeWrittenLater, messageOf } from '../../../common/caught.ts'
import type { EventName, EventPayload } from '../../../common/rpc/contract.ts'
import type { RunEvent } from '../../../common/records/records.ts'
import type { Durability } from '../../store/database.ts'
import type { Store } from '../../store/store.ts'
import { describeError } from './log.ts'

export type Broadcast = <N extends EventName>(name: N, payload: EventPayload<N>) => void

/** Collects what a transaction will announce once it is committed. */
export interface Announcements {
  publish: Broadcast
  /** Announces that the run's summary changed. */
  changed(runId: number): void
  event(runId: number | null, level: RunEvent['level'], kind: string, message: string): void
}
type Write = (announce: Announcements) => void

interface Pending {
  readonly write: Write
  readonly durability: Durability
}

const batchMs = 100
const retryMs = 1_000

/**
 * Writes to the database, as the only one: metrics are batched for about 100 ms and committed in one transaction, everything else is
 * committed at once, behind what was batched before it. What was committed is then announced, in the same order.
 */
export class Journal {
  readonly #store: Store
  readonly #broadcast: Broadcast
  readonly #log: (message: string) => void
  readonly #onCommit: () => void
  #pending: Pending[] = []
  #timer: NodeJS.Timeout | null = null
  /** Why the database cannot be written now; the batch waits until that is over. */
  #trouble: 'disk full' | 'other' | null = null

  constructor(store: Store, broadcast: Broadcast, log: (message: string) => void, onCommit: () => void) {
    this.#store = store
    this.#broadcast = broadcast
    this.#log = log
    this.#onCommit = onCommit
  }

  get diskFull(): boolean {
    return this.#trouble === 'disk full'
  }

  /** Number of writes that wait for the next batch. */
  get backlog(): number {
    return this.#pending.length
  }

  /** Adds a metric write to the next batch. */
  append(write: Write): void {
    this.#pending.push({ write, durability: 'program-crash' })
    this.#arm(batchMs)
  }

  /** Commits now, behind all that was appended, safe against a power cut. Returns what the committed transaction returned. */
  commit<T>(work: (announce: Announcements) => T): T {
    this.flush()
    return this.#transact('power-cut', work)
  }

  /** Does the same as {@link commit}, but waits in line instead of failing while the database cannot be written. */
  commitOrWait(write: Write): void {
    this.#pending.push({ write, durability: 'power-cut' })
    this.flush()
  }

  /** Writes the batch with the strictest durability that one of its writes asks for. */
  flush(least: Durability = 'program-crash'): void {
    if (this.#timer) clearTimeout(this.#timer)
    this.#timer = null
    const batch = this.#pending
    if (batch.length === 0) return
    this.#pending = []
    try {
      this.#transact(batch.some(({ durability }) => durability === 'power-cut') ? 'power-cut' : least, (announce) => {
        for (const { write } of batch) write(announce)
      })
    } catch (error) {
      if (mayBeWrittenLater(error)) this.#keep(batch, error)
      else this.#oneByOne(batch, error)
    }
  }

  #arm(delayMs: number): void {
    this.#timer ??= setTimeout(() => {
      this.#timer = null
      this.flush()
    }, delayMs)
  }

  #keep(batch: readonly Pending[], cause: unknown): void {
    const trouble = isDiskFull(cause) ? 'disk full' : 'other'
    if (this.#trouble !== trouble)
      this.#log(
        `${trouble === 'other' ? `the database cannot be written (${messageOf(cause)})` : 'the disk is full'}; logged values ` +
          'wait in memory',
      )
    this.#trouble = trouble
    this.#pending = [...batch, ...this.#pending]
    this.#arm(retryMs)
  }

  /** Writes one by one, so that a write that fails does not take the others with it. */
  #oneByOne(batch: readonly Pending[], cause: unknown): void {
    this.#log(`a batch of ${batch.length} writes failed, writing one by one: ${describeError(cause)}`)
    for (const [index, { write, durability }] of batch.entries()) {
      try {
        this.#transact(durability, write)
      } catch (error) {
        if (mayBeWrittenLater(error)) {
          this.#keep(batch.slice(index), error)
          return
        }
        this.#log(`a write was dropped: ${describeError(error)}`)
      }
    }
  }

  #transact<T>(durability: Durability, work: (announce: Announcements) => T): T {
    const announcements: (() => void)[] = []
    const changedRuns = new Set<number>()
    const announce: Announcements = {
      publish: (name, payload) => announcements.push(() => this.#broadcast(name, payload)),
      changed: (runId) => changedRuns.add(runId),
      event: (runId, level, kind, message) => {
        const event = this.#store.events.insert({ runId, at: Date.now(), level, kind, message })
        announcements.push(() => this.#broadcast('run.event', event))
      },
    }
    const result = this.#store.write(durability, () => work(announce))
    if (this.#trouble) this.#log(this.diskFull ? 'there is room on the disk again' : 'the database can be written again')
    this.#trouble = null
    for (const each of announcements) each()
    for (const runId of changedRuns) this.#broadcast('run.changed', this.#store.runs.get(runId))
    if (changedRuns.size > 0) this.#onCommit()
    return result
  }
}
