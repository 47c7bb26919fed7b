import { z } from 'zod'

const fraction = z.number().min(0).max(1)

/** What is measured of a set of images under one protocol. A new metric is a field here and its words below. */
export const splitResultSchema = z.strictObject({
  /** Mean cross-entropy in nats. */
  loss: z.number(),
  /** Share of images whose highest score is not the label's. */
  topOneError: fraction,
  /** Share of images whose label is not among the five highest scores; left out where there are ten classes or fewer. */
  topFiveError: fraction.optional(),
})
export type SplitResult = z.infer<typeof splitResultSchema>
export type Metric = keyof SplitResult

export interface MetricWords {
  /** Within a sentence: "test top-1 error". */
  readonly words: string
  /** Over a column, after the split's name: "test error". */
  readonly head: string
  readonly unit: 'nats' | 'fraction'
  /** The direction that is better. */
  readonly better: 'lower' | 'higher'
  /** In the head line of a CSV table, after the split's name: `test_error`. Those of 0.1 stay as they are. */
  readonly csv: string
  /** Whether training steps measure it too. */
  readonly ofSteps: boolean
}

export const metrics: Readonly<Record<Metric, MetricWords>> = {
  loss: { words: 'loss', head: 'loss', unit: 'nats', better: 'lower', csv: 'loss', ofSteps: true },
  topOneError: { words: 'top-1 error', head: 'error', unit: 'fraction', better: 'lower', csv: 'error', ofSteps: true },
  topFiveError: { words: 'top-5 error', head: 'top-5 error', unit: 'fraction', better: 'lower', csv: 'top5_error', ofSteps: false },
}

/** Whether the top-5 error says something. */
export const hasTopFive = (classes: number): boolean => classes > 10

export const metricSchema = splitResultSchema.keyof()
export const metricNames: readonly Metric[] = metricSchema.options
