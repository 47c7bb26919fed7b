import type { AnalysisResult } from '../../../../../common/analyses/analyses.ts'
import type { ComparedWeights } from '../../../../../common/analyses/kinds/compared-weights.ts'
import { noiseAutocorrelation, noises } from '../../../../../common/analysis/autocorrelation.ts'
import type { RampTheme } from '../../../../../common/analysis/depth-ramp.ts'
import { seedStatistics } from '../../../../../common/analysis/statistics.ts'
import type { RunSummary } from '../../../../../common/records/records.ts'
import type { ChartSeries } from '../../../ui/chart/series.ts'
import { lineNames } from '../../../entities/run/line-names.ts'
import { seedLines } from '../../../entities/run/seed-lines.ts'
import { lineLook } from './gradient-lines.ts'

export interface ShatteringLook {
  readonly weights: ComparedWeights
  /** Finished seeds of one network as their mean, with a band of ± 1 std. */
  readonly ofSeeds: boolean
  readonly theme: RampTheme
}

/** Autocorrelation against distance, a share of the line: of each run, or of each network's mean over its seeds. */
export function shatteringLines(
  { points, runs: found }: AnalysisResult<'shattering'>,
  runs: readonly RunSummary[],
  look: ShatteringLook,
): ChartSeries[] {
  const sources = found.flatMap(({ runId, passes }) => {
    const run = runs.find(({ id }) => id === runId)
    const pass = passes.find(({ weights }) => weights === look.weights)
    return run && pass ? [{ run, values: pass.autocorrelation.map((value) => value ?? NaN) }] : []
  })
  const names = lineNames(sources.map(({ run }) => run))
  const named = new Set<string>()
  return seedLines(sources, look.ofSeeds).flatMap((members): ChartSeries[] => {
    const [first] = members
    if (!first) return []
    const { network, member } = names.get(first.run.id)!
    const seeds = first.values.map((_, lag) => seedStatistics(members.map(({ values }) => values[lag] ?? NaN)))
    const isNew = !named.has(network)
    named.add(network)
    return [
      {
        key: `${first.run.id}`,
        label: `${network}, ${members.length > 1 ? `mean of ${members.length} seeds` : member}`,
        ...(isNew && { endLabel: network }),
        runs: members.map(({ run }) => run.id),
        ...lineLook(first.run, look.theme),
        points: seeds.map((value, lag) => ({ x: lag / (points - 1), y: value?.mean ?? NaN })),
        ...(members.length > 1 && { band: seeds.map((value) => value?.std ?? null) }),
      },
    ]
  })
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
