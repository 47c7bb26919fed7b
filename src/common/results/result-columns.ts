import { type Metric, metricNames, metrics, type SplitResult } from './metrics.ts'
import { type EpochResults, type Split, splitNames } from './splits.ts'

export type ResultKey = `${Split}.${Metric}`

/** One metric of one split: what tables have a column for. */
export interface ResultColumn {
  /** `test.topOneError` */
  readonly key: ResultKey
  readonly split: Split
  readonly metric: Metric
  /** `test_error` */
  readonly csv: string
}

/** All splits, each with its metrics. */
export const resultColumns: readonly ResultColumn[] = splitNames.flatMap((split) =>
  metricNames
    .filter((metric) => split !== 'train' || metrics[metric].ofSteps)
    .map((metric) => ({ key: `${split}.${metric}` as const, split, metric, csv: `${split}_${metrics[metric].csv}` })),
)

/** Metrics of 0.1: in exported tables they stand where they always did, and later ones follow behind all other columns. */
export const isFirstMetric = (metric: Metric): boolean => metric === 'loss' || metric === 'topOneError'

/** Null where it was not measured. */
export function resultAt(
  results: EpochResults | null | undefined,
  { split, metric }: Pick<ResultColumn, 'split' | 'metric'>,
): number | null {
  const measured: SplitResult | undefined = results?.[split]
  return measured?.[metric] ?? null
}
