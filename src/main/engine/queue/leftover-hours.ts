import { z } from 'zod'
import { messageOf } from '../../../common/caught.ts'
import { openComparisons } from '../../../common/effects/open-comparisons.ts'
import { isOpen, nextChange } from '../../../common/sweep/hours.ts'
import type { Store } from '../../store/store.ts'
import type { Journal } from '../journal/journal.ts'
import type { Planner } from './planner.ts'

interface LeftoverHoursOptions {
  readonly store: Store
  readonly journal: Journal
  readonly planner: Pick<Planner, 'plan' | 'queue'>
  readonly log: (message: string) => void
  readonly onChange: () => void
  readonly now?: () => number
}

const settingName = 'leftover-hours'
const settingSchema = z.object({ on: z.boolean(), /** Comparisons that got seeds already. */ given: z.array(z.string()) })
const absent = { on: false, given: [] as string[] }
/** Most comparisons whose seeds are forecast at one look. */
const mostForecast = 12
/** A queue that is done is looked at again after this, when hours are still left. */
const restMs = 60_000
/** Seeds of left-over hours wait for whatever a person queues. */
const lowestPriority = -100

/**
 * Gives the hours that a night has left, when the queue is done, to the open comparison that takes the least of them: its seeds are queued
 * if their forecast, late as it may be, ends before the hours do. Each comparison gets seeds once: to look again after each few seeds
 * would find too much.
 */
export class LeftoverHours {
  readonly #options: LeftoverHoursOptions
  #looking = false
  #lookedAt = -Infinity
  /** Number of the newest run at the last look that found nothing: nothing new is found before there is another. */
  #fruitless: string | null = null

  constructor(options: LeftoverHoursOptions) {
    this.#options = options
  }

  get on(): boolean {
    return this.#setting.on
  }

  /** Whether it may still queue something: then the queue is not done yet. */
  get looking(): boolean {
    return this.#looking
  }

  set(on: boolean): void {
    const { store, journal, onChange } = this.#options
    journal.commit((announce) => {
      store.settings.write(settingName, { ...this.#setting, on })
      announce.event(null, 'info', 'left-over-hours', `left-over hours of the night ${on ? 'go to open comparisons' : 'stay empty'}`)
    })
    this.#fruitless = null
    this.#lookedAt = -Infinity
    onChange()
  }

  /** Call about once a second. @param idle whether the queue is done, not paused, and the disk has room */
  check(idle: boolean): void {
    const now = this.#options.now?.() ?? Date.now()
    const { hours } = this.#options.store.queue
    if (!idle || this.#looking || hours === null || !isOpen(hours, now) || now - this.#lookedAt < restMs || !this.on) return
    this.#lookedAt = now
    this.#looking = true
    this.#look(nextChange(hours, now))
      .catch((error: unknown) => this.#options.log(`left-over hours: ${messageOf(error)}`))
      .finally(() => (this.#looking = false))
  }

  get #setting(): z.infer<typeof settingSchema> {
    return this.#options.store.settings.read(settingName, settingSchema, absent)
  }

  /** @param until when the hours end, Unix milliseconds */
  async #look(until: number): Promise<void> {
    const { store, planner } = this.#options
    const { runs, total } = store.runs.list({ archived: false }, 0, 100_000)
    const state = `${total} ${runs.filter(({ state }) => state === 'finished').length}`
    if (state === this.#fruitless) return
    const { given } = this.#setting
    const open = openComparisons(runs).filter(({ key }) => !given.includes(key))
    for (const comparison of open.slice(0, mostForecast)) {
      const { sweep } = comparison.extension
      const plan = await planner.plan(sweep, false).catch(() => null)
      if (!plan?.finish || plan.finish.latestAt > until) continue
      const name = `Left-over hours: ${comparison.name}`.slice(0, 120)
      const { runIds, reusedRunIds } = await planner.queue({ ...sweep, name, priority: lowestPriority }, false)
      this.#tell(comparison, runIds.length - reusedRunIds.length)
      return
    }
    this.#fruitless = state
  }

  #tell({ key, name, moreSeeds }: { key: string; name: string; moreSeeds: number }, runs: number): void {
    const { store, journal, onChange } = this.#options
    journal.commit((announce) => {
      store.settings.write(settingName, { ...this.#setting, given: [...this.#setting.given, key] })
      announce.event(
        null,
        'info',
        'left-over-hours',
        `left-over hours: ${runs} runs queued, ${moreSeeds} more ${moreSeeds === 1 ? 'seed' : 'seeds'} each, to settle ${name}`,
      )
    })
    onChange()
  }
}
