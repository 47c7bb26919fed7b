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

function clockTime(now: number, days: number, hour: number): number {
  const date = new Date(now)
  date.setDate(date.getDate() + days)
  date.setHours(hour, 0, 0, 0)
  return date.getTime()
}
