import { wideInterval } from '../../common/sweep/forecast-words.ts'

export { formatBytes } from '../../common/format-bytes.ts'

/** Writes numbers as people read them. Errors are percent with two decimals everywhere, so that columns compare. */

export function formatPercent(fraction: number | null | undefined): string {
  return fraction === null || fraction === undefined ? '–' : `${(fraction * 100).toFixed(2)} %`
}

/** 853,018 */
export function formatInteger(value: number): string {
  return Math.round(value).toLocaleString('en-US')
}

/** 1.24 M, 15.3 G */
export function formatCount(value: number): string {
  for (const [unit, size] of [
    ['G', 1e9],
    ['M', 1e6],
    ['k', 1e3],
  ] as const) {
    if (value >= size) return `${(value / size).toPrecision(3)} ${unit}`
  }
  return String(Math.round(value))
}

/** "2 h 10 min", "4 min 05 s", "12 s", "0.4 s". */
export function formatDuration(milliseconds: number | null | undefined): string {
  if (milliseconds === null || milliseconds === undefined || !Number.isFinite(milliseconds)) return '–'
  const seconds = milliseconds / 1000
  if (seconds < 9.95) return `${seconds.toFixed(1)} s`
  const whole = Math.round(seconds)
  if (whole < 60) return `${whole} s`
  const minutes = Math.floor(whole / 60)
  if (minutes < 60) return `${minutes} min ${String(whole % 60).padStart(2, '0')} s`
  const hours = Math.floor(minutes / 60)
  if (hours < 48) return `${hours} h ${String(minutes % 60).padStart(2, '0')} min`
  return `${Math.floor(hours / 24)} d ${hours % 24} h`
}

/** "07:40", with the day when it is not today. */
export function formatTime(at: number, now = Date.now()): string {
  const date = new Date(at)
  const time = `${String(date.getHours()).padStart(2, '0')}:${String(date.getMinutes()).padStart(2, '0')}`
  if (date.toDateString() === new Date(now).toDateString()) return time
  return `${date.getFullYear()}-${String(date.getMonth() + 1).padStart(2, '0')}-${String(date.getDate()).padStart(2, '0')} ${time}`
}

/** Writes an uncertainty, no more exact than it is known. */
function formatRough(milliseconds: number): string {
  const step =
    milliseconds < 60_000
      ? 1_000
      : milliseconds < 3_600_000
        ? 60_000
        : milliseconds < 36_000_000
          ? 600_000
          : milliseconds < 864_000_000
            ? 3_600_000
            : 86_400_000
  const rounded = Math.max(step, Math.round(milliseconds / step) * step)
  return rounded < 10_000 ? `${rounded / 1000} s` : formatDuration(rounded).replace(/ 0?0 [a-z]+$/, '')
}

/**
 * "71 h 10 min ± 6 h 05 min", the spread only as exact as it is known; "between 2 h and 40 h" where the interval is wider than the
 * time.
 */
export function formatSpread(milliseconds: number | null, spreadMs: number | null): string {
  if (milliseconds === null || spreadMs === null || spreadMs < 1000) return formatDuration(milliseconds)
  const wide = wideInterval(milliseconds, spreadMs)
  if (!wide) return `${formatDuration(milliseconds)} ± ${formatRough(spreadMs)}`
  return wide.low < 1000 ? `up to ${formatRough(wide.high)}` : `between ${formatRough(wide.low)} and ${formatRough(wide.high)}`
}

/** "about 07:40 ± 25 min"; "between 07:40 and 2026-02-14 03:00" where the interval is wider than the time until then. */
export function formatFinish(
  { finishAt, earliestAt, latestAt }: { finishAt: number; earliestAt: number; latestAt: number },
  now = Date.now(),
): string {
  const spread = Math.max(60_000, (latestAt - earliestAt) / 2)
  if (spread > 60_000 && 2 * spread > finishAt - now) return `between ${formatTime(earliestAt, now)} and ${formatTime(latestAt, now)}`
  return `about ${formatTime(finishAt, now)} ± ${formatRough(spread)}`
}

/** Removes control characters, which could drive the terminal, from text from outside (names, reasons, log lines). */
export function printable(text: string): string {
  return text.replace(/[\u0000-\u001f\u007f-\u009f]/g, ' ')
}
