import type { RunSummary } from '../../../../common/rpc/records.ts'
import { depthColor } from '../../ui/depth-color.ts'
import type { ChartSeries } from '../../ui/chart/series.ts'
import { depthOf, networkOf, variantOf } from '../runs/run-labels.ts'
import type { EpochColumns, EpochField } from './epoch-columns.ts'
import type { StepSeries } from './store.ts'

export const metrics = [
  { value: 'error', label: 'Error', unit: 'error, %' },
  { value: 'loss', label: 'Loss', unit: 'cross-entropy, nats' },
  { value: 'gradient', label: 'Gradient', unit: 'gradient norm' },
  { value: 'rate', label: 'Rate', unit: 'learning rate' },
] as const
export type Metric = (typeof metrics)[number]['value']
export type XAxis = 'epoch' | 'step' | 'time'

export interface CurveSource {
  readonly run: RunSummary
  readonly epochs: EpochColumns
  /** Present for metrics of single steps. */
  readonly steps: StepSeries | null
}

const xFields = { epoch: 'epoch', step: 'step', time: 'elapsedMs' } as const satisfies Record<XAxis, EpochField>

/** x in epochs, thousands of iterations, or minutes. */
export function xValue(axis: XAxis, raw: number): number {
  return axis === 'step' ? raw / 1000 : axis === 'time' ? raw / 60_000 : raw
}

/**
 * Train dashed and thin, test solid and bold, one colour a depth, as in the paper's Fig. 6.
 * @param depths all that are on show, so that a depth has one colour in every panel
 */
export function curveSeries(sources: readonly CurveSource[], depths: readonly number[], metric: Metric, axis: XAxis, validation: boolean): ChartSeries[] {
  const named = new Set<number>()
  return sources.flatMap((source) => {
    const depth = depthOf(source.run)
    const color = depthColor(depths.indexOf(depth), depths.length)
    const first = !named.has(depth)
    named.add(depth)
    const name = `${networkOf(source.run)}, seed ${source.run.settings.seed}`
    const base = { color, endLabel: first ? `${depth}` : undefined }
    const epochLine = (field: EpochField, what: string, look: Partial<ChartSeries>): ChartSeries => ({
      ...base,
      key: `${source.run.id} ${what}`,
      label: what ? `${name}, ${what}` : name,
      points: epochPoints(source.epochs, axis, field, metric === 'error' ? 100 : 1),
      ...look,
    })
    const thin = { dashed: true, width: 1.1, endLabel: undefined }
    switch (metric) {
      case 'error':
        return [
          epochLine('trainError', 'train', thin),
          ...(validation ? [epochLine('validationError', 'validation', { width: 1, endLabel: undefined })] : []),
          epochLine('testError', 'test', { width: 2 }),
        ]
      case 'loss':
        return [
          epochLine('trainLoss', 'train', thin),
          ...(validation ? [epochLine('validationLoss', 'validation', { width: 1, endLabel: undefined })] : []),
          epochLine('testLoss', 'test', { width: 2 }),
        ]
      case 'gradient':
        return [{ ...base, key: `${source.run.id} gradient`, label: name, width: 1, points: stepPoints(source, axis) }]
      case 'rate':
        return [epochLine('learningRate', '', { stepped: true, width: 1.75 })]
    }
  })
}

function epochPoints(columns: EpochColumns, axis: XAxis, field: EpochField, scale: number): { x: number; y: number }[] {
  const xs = columns.column(xFields[axis])
  const ys = columns.column(field)
  return Array.from(xs, (x, index) => ({ x: xValue(axis, x), y: ys[index]! * scale })).filter((point) => !Number.isNaN(point.y))
}

/** Steps are placed among the epochs: at fractions of an epoch, or by time in proportion. */
function stepPoints({ run, epochs, steps }: CurveSource, axis: XAxis): { x: number; y: number }[] {
  if (!steps) return []
  const stepsPerEpoch = run.totalSteps / run.totalEpochs
  const lastStep = epochs.column('step').at(-1) ?? 0
  const msPerStep = lastStep ? (epochs.column('elapsedMs').at(-1) ?? 0) / lastStep : 0
  const place = (step: number): number => (axis === 'epoch' ? step / stepsPerEpoch : xValue(axis, axis === 'time' ? step * msPerStep : step))
  return steps.samples.map((sample) => ({ x: place(sample.step), y: sample.gradientNorm ?? NaN }))
}

/** Runs side by side by family and shortcut, so that colour can mean depth alone. */
export function facets(runs: readonly RunSummary[]): { name: string; runs: RunSummary[] }[] {
  const groups = new Map<string, RunSummary[]>()
  for (const run of runs) {
    const name = variantOf(run)
    groups.set(name, [...(groups.get(name) ?? []), run])
  }
  return [...groups].sort(([a], [b]) => (a < b ? -1 : 1)).map(([name, members]) => ({ name, runs: members.sort((a, b) => depthOf(a) - depthOf(b) || a.settings.seed - b.settings.seed) }))
}
