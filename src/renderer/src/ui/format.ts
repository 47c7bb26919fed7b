import { soon } from '../../../common/clock-words.ts'
import { wideInterval } from '../../../common/sweep/forecast-words.ts'

export { clock, shortClock, soon, span } from '../../../common/clock-words.ts'

/** Writes numbers, durations and times, so that equal things look equal everywhere. */

const integer = new Intl.NumberFormat('en', { maximumFractionDigits: 0 })

/** 269722 -> "269,722". */
export function count(value: number): string {
  return integer.format(value)
}

/** 1 -> "1 run", 18 -> "18 runs". */
export function plural(value: number, one: string, many = `${one}s`): string {
  return `${count(value)} ${value === 1 ? one : many}`
}

/** 0.0875 -> "8.75"; the column or axis carries the %. */
export function percent(fraction: number | null | undefined, digits = 2): string {
  return fraction === null || fraction === undefined || !Number.isFinite(fraction) ? '–' : (fraction * 100).toFixed(digits)
}

/** 19421274 -> "19.4 M", 464154 -> "464 k". */
export function compact(value: number): string {
  if (value >= 1e9) return `${trim(value / 1e9)} G`
  if (value >= 1e6) return `${trim(value / 1e6)} M`
  if (value >= 1e3) return `${trim(value / 1e3)} k`
  return count(value)
}

/** 1.1e9 -> "1.1 GB" (decimal units, as disks and the system's monitors print them). */
export function bytes(value: number): string {
  if (value >= 1e9) return `${trim(value / 1e9)} GB`
  if (value >= 1e6) return `${trim(value / 1e6)} MB`
  return `${trim(value / 1e3)} kB`
}

/** 7800000 -> "2 h 10 min"; below a minute in seconds. */
export function duration(ms: number): string {
  const seconds = Math.round(ms / 1000)
  if (seconds < 1) return 'under 1 s'
  if (seconds < 60) return `${seconds} s`
  const minutes = Math.floor(seconds / 60)
  if (minutes < 10) return seconds % 60 ? `${minutes} min ${seconds % 60} s` : `${minutes} min`
  const rounded = Math.round(seconds / 60)
  if (rounded < 60) return `${rounded} min`
  const hours = Math.floor(rounded / 60)
  if (hours < 48) return rounded % 60 ? `${hours} h ${rounded % 60} min` : `${hours} h`
  return hours % 24 ? `${Math.floor(hours / 24)} d ${hours % 24} h` : `${Math.floor(hours / 24)} d`
}

/** Writes an uncertainty, no more exact than it is known: 503000 -> "8 min", 20580000 -> "5 h 40 min". */
function rough(ms: number): string {
  const step = ms < 60_000 ? 1_000 : ms < 3_600_000 ? 60_000 : ms < 36_000_000 ? 600_000 : ms < 864_000_000 ? 3_600_000 : 86_400_000
  return duration(Math.max(step, Math.round(ms / step) * step))
}

/** "71 h ± 6 h", a spread below a second left out; "between 2 h and 40 h" where the interval is wider than the time. */
export function spread(ms: number, spreadMs: number): string {
  if (spreadMs < 1000) return duration(ms)
  const wide = wideInterval(ms, spreadMs)
  if (!wide) return `${duration(ms)} ± ${rough(spreadMs)}`
  return wide.low < 1000 ? `up to ${rough(wide.high)}` : `between ${rough(wide.low)} and ${rough(wide.high)}`
}

export interface FinishTimes {
  readonly finishAt: number
  readonly earliestAt: number
  readonly latestAt: number
}

/**
 * "about 07:40 ± 25 min", the uncertainty left out below a minute; "between 07:40 and Tue 3 Mar, 03:00" where it is larger than the
 * time until then.
 */
export function finish({ finishAt, earliestAt, latestAt }: FinishTimes, now = Date.now()): string {
  const half = (latestAt - earliestAt) / 2
  if (half < 30_000) return `about ${soon(finishAt, now)}`
  if (half > 60_000 && 2 * half > finishAt - now) return `between ${soon(earliestAt, now)} and ${soon(latestAt, now)}`
  return `about ${soon(finishAt, now)} ± ${rough(Math.max(60_000, half))}`
}

/** Writes a learning rate or loss without needless digits: 0.1, 0.01, 1e-4, 2.303. */
export function significant(value: number | null | undefined, digits = 4): string {
  if (value === null || value === undefined || !Number.isFinite(value)) return '–'
  if (value === 0) return '0'
  const size = Math.abs(value)
  return size < 1e-3 || size >= 1e6 ? Number(value.toPrecision(digits)).toExponential() : String(Number(value.toPrecision(digits)))
}

function trim(value: number): string {
  return value >= 100 ? value.toFixed(0) : value >= 10 ? value.toFixed(1) : value.toFixed(2)
}
