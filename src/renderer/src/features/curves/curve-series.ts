import { depthColor, type RampTheme } from '../../../../common/analysis/depth-ramp.ts'
import type { StepMetric } from '../../../../common/records/records.ts'
import { type Metric, metrics as resultMetrics } from '../../../../common/results/metrics.ts'
import type { ChartSeries } from '../../../../common/chart/series.ts'
import { lineNames } from '../../../../common/run-lines/line-names.ts'
import { depthOf } from '../../../../common/run-lines/run-labels.ts'
import { seedLines } from '../../../../common/run-lines/seed-lines.ts'
import { type CurveSource, epochCurve, ratePoints, stepPoints } from './curve-points.ts'
import type { EpochField } from './epoch-columns.ts'

export const metrics = [
  { value: 'error', label: 'Error', unit: 'error, %', steps: null, result: 'topOneError' },
  { value: 'top5', label: 'Top-5', unit: 'top-5 error, %', steps: null, result: 'topFiveError' },
  { value: 'loss', label: 'Loss', unit: 'cross-entropy, nats', steps: null, result: 'loss' },
  { value: 'batch', label: 'Batch loss', unit: 'batch loss, nats', steps: 'loss', result: null },
  { value: 'gradient', label: 'Gradient', unit: 'gradient norm', steps: 'gradientNorm', result: null },
  { value: 'rate', label: 'Rate', unit: 'learning rate', steps: null, result: null },
] as const satisfies readonly { value: string; label: string; unit: string; steps: StepMetric | null; result: Metric | null }[]
export type CurveMetric = (typeof metrics)[number]['value']

/** What is measured of each split: such metrics are told apart by training and test. */
function resultOf(metric: CurveMetric): Metric | null {
  return metrics.find(({ value }) => value === metric)?.result ?? null
}

export function isSplit(metric: CurveMetric): boolean {
  return resultOf(metric) !== null
}

/** Drawn in percent. */
export function isPercent(metric: CurveMetric): boolean {
  const result = resultOf(metric)
  return result !== null && resultMetrics[result].unit === 'fraction'
}

export interface CurveLook {
  readonly metric: CurveMetric
  readonly validation: boolean
  /** Weight of the moving average over epochs. */
  readonly smoothing: number
  /** Finished seeds of one network as their mean, where the metric is of epochs. */
  readonly ofSeeds: boolean
  readonly theme: RampTheme
}

/** Makes lines as in the paper's Fig. 6: training dashed and thin, test solid and bold, one colour for each depth. */
export function curveSeries(sources: readonly CurveSource[], { metric, validation, smoothing, ofSeeds, theme }: CurveLook): ChartSeries[] {
  const names = lineNames(sources.map(({ run }) => run))
  const named = new Set<string>()
  const result = resultOf(metric)
  const several = new Set(sources.map(({ run }) => run.settings.seed)).size > 1
  return seedLines(sources, ofSeeds && isSplit(metric)).flatMap((members): ChartSeries[] => {
    const [source] = members
    if (!source) return []
    const { run } = source
    const depth = depthOf(run)
    const { network, difference, member } = names.get(run.id)!
    const endLabel = difference ? `${depth}, ${difference}` : `${depth}`
    const base = {
      color: depthColor(depth, theme),
      endLabel: named.has(endLabel) ? undefined : endLabel,
      runs: members.map((one) => one.run.id),
    }
    named.add(endLabel)
    const name = members.length > 1 ? `${network}, mean of ${members.length} seeds` : `${network}, ${member}`
    const short = members.length > 1 ? `${endLabel}, mean` : several ? `${endLabel}, ${member}` : endLabel
    const diverged = members.some((one) => one.run.state === 'diverged')
    const factor = isPercent(metric) ? 100 : 1
    const line = (field: EpochField, what: string, look: Partial<ChartSeries>): ChartSeries => {
      const { points, band } = epochCurve(members, { field, factor, smoothing })
      return {
        ...base,
        key: `${run.id} ${what}`,
        label: `${name}, ${what}`,
        brief: `${short}, ${what}`,
        points,
        ...look,
        ...(band && field.startsWith('test') ? { band } : {}),
      }
    }
    if (result !== null) {
      return [
        ...(resultMetrics[result].ofSteps ? [line(`train.${result}`, 'train', { dashed: true, width: 1.1, endLabel: undefined })] : []),
        ...(validation ? [line(`validation.${result}`, 'validation', { width: 1, endLabel: undefined })] : []),
        line(`test.${result}`, diverged ? 'test, diverged' : 'test', { width: 2, diverged }),
      ]
    }
    if (metric === 'batch' || metric === 'gradient')
      return [{ ...base, key: `${run.id} ${metric}`, label: name, brief: short, width: 1, points: stepPoints(source), diverged }]
    return [{ ...base, key: `${run.id} rate`, label: name, brief: short, stepped: true, width: 1.75, points: ratePoints(source) }]
  })
}
