import type { AnalysisResult } from '../analyses/analyses.ts'
import { noiseAutocorrelation, noises } from '../analysis/autocorrelation.ts'
import type { RunSummary } from '../records/records.ts'
import type { ChartSeries } from '../chart/series.ts'
import { passLines, type PassLook } from './pass-lines.ts'

/** Autocorrelation against distance, a share of the line: of each run, or of each network's mean over its seeds. */
export function shatteringLines(
  { points, runs: found }: AnalysisResult<'shattering'>,
  runs: readonly RunSummary[],
  look: PassLook,
): ChartSeries[] {
  return passLines(found, runs, look, ({ autocorrelation }) =>
    autocorrelation.map((value, lag) => ({ x: lag / (points - 1), y: value ?? NaN })),
  )
}

/** White and brown noise, which the paper holds gradients against. @param color of references */
export function noiseLines({ points, runs }: AnalysisResult<'shattering'>, color: string): ChartSeries[] {
  const lags = runs[0]?.passes[0]?.autocorrelation.length ?? 0
  return noises.map((noise) => ({
    key: noise,
    label: `${noise} noise`,
    endLabel: `${noise} noise`,
    color,
    width: 1,
    points: Array.from(noiseAutocorrelation(noise, points, lags), (y, lag) => ({ x: lag / (points - 1), y })),
  }))
}
