/** Which time a report speaks of. Times are Unix milliseconds; clock times are the machine's own. */
export interface Period {
  readonly from: number
  readonly to: number
}

export const periodNames = ['evening', 'night', 'day', 'week'] as const
export type PeriodName = (typeof periodNames)[number]

export const periodTitles: Readonly<Record<PeriodName, string>> = {
  evening: 'Since yesterday 18:00',
  night: 'Last night',
  day: '24 hours',
  week: '7 days',
}

const dayMs = 24 * 3_600_000

export function namedPeriod(name: PeriodName, now: number): Period {
  switch (name) {
    case 'evening':
      return { from: clockTime(now, -1, 18), to: now }
    case 'night':
      // Before eight in the morning the night is not over yet.
      return { from: clockTime(now, -1, 20), to: Math.min(now, clockTime(now, 0, 8)) }
    case 'day':
      return { from: now - dayMs, to: now }
    case 'week':
      return { from: now - 7 * dayMs, to: now }
  }
}

/** The same span of the clock as many whole days earlier as the period needs: last night's is the night before. */
export function periodBefore({ from, to }: Period): Period {
  const days = Math.max(1, Math.ceil((to - from) / dayMs))
  return { from: daysEarlier(from, days), to: daysEarlier(to, days) }
}

/** Days are counted by the calendar: one of them may have 23 or 25 hours. */
function daysEarlier(at: number, days: number): number {
  const date = new Date(at)
  date.setDate(date.getDate() - days)
  return date.getTime()
}

/**
 * A moment as people write it: 2026-01-31, 2026-01-31T18:00, with seconds, with a blank for the T, with Z or an offset such as +02:00;
 * without one it is the machine's own time, and a date alone its midnight. Only days that exist: JavaScript makes March of February 30.
 * @returns Unix milliseconds; null for anything else
 */
export function momentOf(text: string): number | null {
  const match = /^(\d{4})-(\d\d)-(\d\d)(?:[T ](\d\d):(\d\d)(?::(\d\d)(?:\.\d{1,3})?)?(Z|[+-]\d\d:\d\d)?)?$/i.exec(text.trim())
  if (!match) return null
  const [year, month, day, hour, minute, second] = match.slice(1, 7).map((part) => Number(part ?? 0)) as [
    number,
    number,
    number,
    number,
    number,
    number,
  ]
  const calendar = new Date(0)
  calendar.setUTCFullYear(year, month - 1, day)
  if (calendar.getUTCMonth() !== month - 1 || calendar.getUTCDate() !== day || hour > 23 || minute > 59 || second > 59) return null
  const at = new Date(match[4] === undefined ? `${match[0]}T00:00` : match[0].toUpperCase().replace(' ', 'T')).getTime()
  return Number.isNaN(at) ? null : at
}

function clockTime(now: number, days: number, hour: number): number {
  const date = new Date(now)
  date.setDate(date.getDate() + days)
  date.setHours(hour, 0, 0, 0)
  return date.getTime()
}
