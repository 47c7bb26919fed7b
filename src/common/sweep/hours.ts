import { z } from 'zod'

/** Hours of the day in which the queue may train, in the machine's local time; `from` after `to` spans midnight. */
export const trainingHoursSchema = z
  .strictObject({
    /** Minutes since midnight. */
    from: z.int().min(0).max(1439),
    /** The first minute outside. */
    to: z.int().min(0).max(1439),
    /** What running runs do when the hours end: save a checkpoint and stop at once, or stop after their epoch. */
    end: z.enum(['checkpoint', 'epoch']),
  })
  .refine((hours) => hours.from !== hours.to, 'the first and the last minute are the same; leave the hours out to train all day')
export type TrainingHours = z.infer<typeof trainingHoursSchema>

const minuteMs = 60_000
/** Half hours of four days: the hours change within one, whatever the clocks do. */
const longestSearchSteps = 48 * 4

/** @param at Unix milliseconds */
export function isOpen(hours: TrainingHours, at: number): boolean {
  const date = new Date(at)
  const minute = date.getHours() * 60 + date.getMinutes()
  return hours.from < hours.to ? minute >= hours.from && minute < hours.to : minute >= hours.from || minute < hours.to
}

/**
 * The next moment from `at` on at which the hours begin or end. Walks the wall clock from full hour to full hour, where
 * summer time begins and ends, so that days of 23 and 25 hours come out right.
 * @returns Unix milliseconds
 */
export function nextChange(hours: TrainingHours, at: number): number {
  const before = isOpen(hours, at)
  let moment = at
  for (let step = 0; step < longestSearchSteps; step++) {
    moment = nextStop(hours, moment)
    if (isOpen(hours, moment) !== before) return moment
  }
  throw new Error('training hours that never change')
}

/** When runs may train: now, or the next opening. A missing window is always open. */
export function opensAt(hours: TrainingHours | null, at: number): number {
  return hours === null || isOpen(hours, at) ? at : nextChange(hours, at)
}

/** Translates open time (milliseconds since a moment in which the hours were open) into the clock's. */
export class OpenTime {
  readonly #hours: TrainingHours | null
  readonly #now: number
  /** Open stretches of the clock, with the open time at their start. */
  readonly #stretches: { from: number; to: number; openMs: number }[] = []

  /** @param now Unix milliseconds at open time 0 */
  constructor(hours: TrainingHours | null, now: number) {
    this.#hours = hours
    this.#now = now
  }

  /** The moment at which work begins that has so much open time before it: never one at which the hours just end. */
  startOf(openMs: number): number {
    return this.#at(openMs, (length, into) => into < length)
  }

  /** The moment at which work ends that has so much open time behind it. */
  endOf(openMs: number): number {
    return openMs <= 0 ? this.#now : this.#at(openMs, (length, into) => into <= length)
  }

  #at(openMs: number, fits: (length: number, into: number) => boolean): number {
    if (this.#hours === null) return this.#now + openMs
    let [low, high] = [0, this.#stretches.length]
    while (low < high) {
      const middle = (low + high) >> 1
      const { from, to, openMs: before } = this.#stretches[middle]!
      if (fits(to - from, openMs - before)) high = middle
      else low = middle + 1
    }
    for (; ; low++) {
      const { from, to, openMs: before } = this.#stretches[low] ?? this.#nextStretch(this.#hours)
      if (fits(to - from, openMs - before)) return from + openMs - before
    }
  }

  #nextStretch(hours: TrainingHours): { from: number; to: number; openMs: number } {
    const last = this.#stretches.at(-1)
    const from = last ? nextChange(hours, last.to) : opensAt(hours, this.#now)
    const stretch = { from, to: nextChange(hours, from), openMs: last ? last.openMs + last.to - last.from : 0 }
    this.#stretches.push(stretch)
    return stretch
  }
}

/** The next of: `from`, `to`, a full hour or half hour on the wall clock. */
function nextStop(hours: TrainingHours, at: number): number {
  const date = new Date(at)
  const minute = date.getHours() * 60 + date.getMinutes()
  const intoMinute = date.getSeconds() * 1000 + date.getMilliseconds()
  const stops = [Math.floor(minute / 30 + 1) * 30, ...[hours.from, hours.to].filter((stop) => stop > minute)]
  return at - intoMinute + (Math.min(...stops) - minute) * minuteMs
}

/** 1230 -> "20:30". */
export function minuteText(minute: number): string {
  return `${String(Math.floor(minute / 60)).padStart(2, '0')}:${String(minute % 60).padStart(2, '0')}`
}

/** "20:30" -> 1230; null for anything else. */
export function minuteOf(text: string): number | null {
  const match = /^(\d{1,2}):(\d{2})$/.exec(text.trim())
  const [hour, minute] = [Number(match?.[1] ?? NaN), Number(match?.[2] ?? NaN)]
  return hour <= 23 && minute <= 59 ? hour * 60 + minute : null
}
