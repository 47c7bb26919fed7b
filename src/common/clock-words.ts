/** Writes times of day as people say them, alike for page, tray and report. */

const clockFormat = new Intl.DateTimeFormat('en-GB', { hour: '2-digit', minute: '2-digit' })
const dayFormat = new Intl.DateTimeFormat('en-GB', { weekday: 'short', day: 'numeric', month: 'short' })
const shortDayFormat = new Intl.DateTimeFormat('en-GB', { weekday: 'short' })

/** "07:40", with the day when it is not today. */
export function clock(at: number, now = Date.now()): string {
  const time = clockFormat.format(at)
  return new Date(at).toDateString() === new Date(now).toDateString() ? time : `${dayFormat.format(at)}, ${time}`
}

/** Writes the end of a stretch of time: "07:40", and with its day when it began on another. */
export function span(from: number, to: number): string {
  return clock(to, from)
}

/** "07:40" for a moment of the coming 20 hours, when no day is needed to know which is meant; else with the day. */
export function soon(at: number, now = Date.now()): string {
  return at >= now && at - now < 20 * 3_600_000 ? clockFormat.format(at) : clock(at, now)
}

/** For axes: "21:00", and "Tue" at midnight. */
export function shortClock(at: number): string {
  const time = clockFormat.format(at)
  return time === '00:00' ? shortDayFormat.format(at) : time
}
