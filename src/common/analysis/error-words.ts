import type { SeedStatistics } from './statistics.ts'

/** Writes a mean error: "5.10 %", with seeds "5.10 ± 0.21 %". */
export function mean(statistics: SeedStatistics | null): string {
  if (!statistics) return 'unknown'
  const value = (statistics.mean * 100).toFixed(2)
  return statistics.std === null ? `${value} %` : `${value} ± ${(statistics.std * 100).toFixed(2)} %`
}

/** Writes percentage points with two digits. */
export function pointsOf(fraction: number): string {
  return (fraction * 100).toFixed(2)
}
