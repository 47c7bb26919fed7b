import { localPlace } from '../places/place.ts'
import { type Estimate, fourInFive, shareBelow, stretched } from './forecast.ts'
import { OpenTime, type TrainingHours } from './hours.ts'
import type { EstimateInJobs } from './in-jobs.ts'

/** Work that a run has left, or a test or an analysis (null); `slot` is set for what has one already. */
export interface RemainingWork {
  readonly runId: number | null
  /** What it takes at each place where it may train and whose speed is known. */
  readonly estimates: ReadonlyMap<string, EstimateInJobs>
  readonly slot: number | null
}

export interface ScheduledRun {
  readonly runId: number | null
  readonly slot: number
  readonly startAt: number
  readonly endAt: number
  /** Jobs of a scheduler that it takes there, one after the other; 1 where no limit of time cuts it. */
  readonly jobs: number
}

export interface TimelineInput {
  /** What runs first, then what waits in the order in which it starts. */
  readonly work: readonly RemainingWork[]
  /** The place of each slot. */
  readonly slots: readonly string[]
  /** Running runs hold all there is of this machine: its slots beside theirs open when the first of them ends. */
  readonly full: boolean
  readonly now: number
  /** Of this machine; places train all day. */
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
 * When each run starts and ends if every slot takes the next run that may train there as it becomes free. Runs that may train in none of
 * the slots are left out.
 * @param deviations 0 for the likely course, see {@link stretched}
 */
export function scheduleRuns(input: TimelineInput, deviations = 0): ScheduledRun[] {
  const { work, slots, now, spread } = input
  const lasts = (estimate: Estimate): number => stretched(estimate, spread, deviations)
  const clocks = new Map([...new Set(slots)].map((place) => [place, new OpenTime(place === localPlace ? input.hours : null, now)]))
  const freeAt = firstFree(input, lasts)
  const scheduled: ScheduledRun[] = []
  for (const { runId, estimates, slot: running } of work) {
    const slot = running ?? nextSlot(slots, freeAt, clocks, estimates)
    const place = slots[slot]
    const estimate = place === undefined ? undefined : estimates.get(place)
    const clock = place === undefined ? undefined : clocks.get(place)
    if (!estimate || !clock) continue
    const start = freeAt[slot] ?? 0
    const end = start + lasts(estimate)
    freeAt[slot] = end
    const startAt = running === null ? clock.startOf(start) : now
    scheduled.push({ runId, slot, startAt, endAt: clock.endOf(end), jobs: estimate.jobs })
  }
  return scheduled
}

/** Open time from now until each slot is free of what runs beside it. */
function firstFree({ work, slots, full }: TimelineInput, lasts: (estimate: Estimate) => number): number[] {
  const here = work.flatMap(({ slot, estimates }) => {
    const estimate = slot !== null && slots[slot] === localPlace ? estimates.get(localPlace) : undefined
    return estimate ? [lasts(estimate)] : []
  })
  const idleFrom = full && here.length > 0 ? Math.min(...here) : 0
  const taken = new Set(work.map(({ slot }) => slot))
  return slots.map((place, slot) => (place !== localPlace || taken.has(slot) ? 0 : idleFrom))
}

/** Finds the slot that is free first among those where a run may train; -1 where there is none. */
function nextSlot(
  slots: readonly string[],
  freeAt: readonly number[],
  clocks: ReadonlyMap<string, OpenTime>,
  estimates: ReadonlyMap<string, Estimate>,
): number {
  const firsts = new Map<string, number>()
  for (const [slot, place] of slots.entries()) {
    const first = firsts.get(place)
    if (estimates.has(place) && (first === undefined || freeAt[slot]! < freeAt[first]!)) firsts.set(place, slot)
  }
  let [best, bestAt] = [-1, Infinity]
  for (const [place, slot] of firsts) {
    const at = clocks.get(place)?.startOf(freeAt[slot]!) ?? Infinity
    if (at < bestAt) [best, bestAt] = [slot, at]
  }
  return best
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
