import { type Estimate, fourInFive, shareBelow, stretched } from './forecast.ts'
import { OpenTime, type TrainingHours } from './hours.ts'

/** Work that a run has left, or a test or an analysis (null); `slot` is set for what has one already. */
export interface RemainingWork {
  readonly runId: number | null
  readonly estimate: Estimate
  readonly slot: number | null
}

export interface ScheduledRun {
  readonly runId: number | null
  readonly slot: number
  readonly startAt: number
  readonly endAt: number
}

export interface TimelineInput {
  /** What runs first, then what waits in the order in which it starts. */
  readonly work: readonly RemainingWork[]
  readonly slots: number
  /** Running runs hold all there is: slots beside theirs open when the first of them ends. */
  readonly full: boolean
  readonly now: number
  readonly hours: TrainingHours | null
  /** See {@link learnedSpread}. */
  readonly spread: number
}

export interface Finish {
  readonly finishAt: number
  /** Four times in five the end lies between these two. */
  readonly earliestAt: number
  readonly latestAt: number
}

/**
 * When each run starts and ends if every slot takes the next run as it becomes free.
 * @param deviations 0 for the likely course, see {@link stretched}
 */
export function scheduleRuns({ work, slots, full, now, hours, spread }: TimelineInput, deviations = 0): ScheduledRun[] {
  const clock = new OpenTime(hours, now)
  const durations = work.map(({ estimate }) => stretched(estimate, spread, deviations))
  const runningUntil = work.flatMap(({ slot }, index) => (slot === null ? [] : [durations[index]!]))
  const idleFrom = full && runningUntil.length > 0 ? Math.min(...runningUntil) : 0
  const taken = new Set(work.map(({ slot }) => slot))
  const freeAt = Array.from({ length: Math.max(1, slots) }, (_, slot) => (taken.has(slot) ? 0 : idleFrom))
  return work.map(({ runId, slot: running }, index) => {
    const slot = running ?? freeAt.indexOf(Math.min(...freeAt))
    const start = freeAt[slot] ?? 0
    const end = start + durations[index]!
    freeAt[slot] = end
    return { runId, slot, startAt: running === null ? clock.startOf(start) : now, endAt: clock.endOf(end) }
  })
}

/** When all of it is done; null without work. */
export function finishOf(input: TimelineInput): Finish | null {
  if (input.work.length === 0) return null
  const end = (deviations: number): number => endOf(input, deviations)
  return { finishAt: end(0), earliestAt: end(-fourInFive), latestAt: end(fourInFive) }
}

/** Probability, 0 to 1, that all is done by a moment. */
export function chanceDoneBy(input: TimelineInput, by: number): number {
  if (input.work.length === 0) return 1
  let [low, high] = [-4, 4]
  if (endOf(input, low) > by) return 0
  if (endOf(input, high) <= by) return 1
  for (let halving = 0; halving < 12; halving++) {
    const middle = (low + high) / 2
    if (endOf(input, middle) <= by) low = middle
    else high = middle
  }
  return shareBelow(low)
}

function endOf(input: TimelineInput, deviations: number): number {
  return scheduleRuns(input, deviations).reduce((latest, { endAt }) => Math.max(latest, endAt), input.now)
}
