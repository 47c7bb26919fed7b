import type { LocationQuery } from 'vue-router'
import { momentOf, namedPeriod, type Period, type PeriodName, periodNames } from '../../../../common/report/period.ts'

export type PeriodChoice = PeriodName | 'custom'

/** Reads the period from the address: `?since=week`, or `?from=2026-11-22T18:00&to=2026-11-23T08:00` in local time. */
export function readPeriod(query: LocationQuery, now: number): { choice: PeriodChoice; period: Period } {
  const from = readTime(query.from)
  if (from !== null && from < now) {
    const to = readTime(query.to)
    return { choice: 'custom', period: { from, to: to !== null && to > from ? Math.min(to, now) : now } }
  }
  const choice = periodNames.find((name) => name === query.since) ?? 'evening'
  return { choice, period: namedPeriod(choice, now) }
}

/** Writes a time as a `datetime-local` field holds it. */
export function localText(at: number): string {
  const date = new Date(at)
  const two = (value: number): string => String(value).padStart(2, '0')
  return `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())}T${two(date.getHours())}:${two(date.getMinutes())}`
}

function readTime(text: LocationQuery[string] | undefined): number | null {
  return typeof text === 'string' ? momentOf(text) : null
}
