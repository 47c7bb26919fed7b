import type { StepMetric, StepSample } from '../../../../common/records/records.ts'

export interface StepQuery {
  readonly metric: StepMetric
  /** Weight of the moving average, 0 for none. */
  readonly smoothing: number
}

/** Steps, both ends included. */
export interface StepWindow {
  readonly from: number
  readonly to: number
}

/** Samples that were fetched, and how many the engine has for the same range. */
export interface Fetched {
  readonly samples: readonly StepSample[]
  readonly total: number
}

/** Columns to draw: the whole run as far as it was fetched, finer inside `window`. Never changed in place. */
export interface StepSeries {
  readonly steps: Float64Array
  /** NaN where the metric was not a number. */
  readonly values: Float64Array
  readonly shown: number
  readonly total: number
  /** The stretch that was fetched by itself, with its own counts. */
  readonly window: (StepWindow & { readonly shown: number; readonly total: number }) | null
}

export const noSteps: StepSeries = { steps: new Float64Array(0), values: new Float64Array(0), shown: 0, total: 0, window: null }

/** Replaces the overview's samples by the window's inside the window. */
export function mergeSteps(overview: Fetched, detail: (StepWindow & Fetched) | null, metric: StepMetric): StepSeries {
  const samples = detail
    ? [
        ...overview.samples.filter(({ step }) => step < detail.from),
        ...detail.samples,
        ...overview.samples.filter(({ step }) => step > detail.to),
      ]
    : overview.samples
  return {
    steps: Float64Array.from(samples, ({ step }) => step),
    values: Float64Array.from(samples, (sample) => sample[metric] ?? NaN),
    shown: overview.samples.length,
    total: overview.total,
    window: detail && { from: detail.from, to: detail.to, shown: detail.samples.length, total: detail.total },
  }
}

/** Says how many of all points are drawn: "1,998 of 64,000 points, extremes kept"; empty when nothing is left out. */
export function pointsNote(series: readonly StepSeries[], zoomed: boolean, write: (value: number) => string): string {
  const counts = series.map((one) => (zoomed && one.window ? one.window : one))
  const shown = counts.reduce((sum, one) => sum + one.shown, 0)
  const total = counts.reduce((sum, one) => sum + one.total, 0)
  if (!total) return ''
  if (shown >= total) return zoomed && series.some((one) => one.window) ? `all ${write(total)} points in sight` : ''
  return `${write(shown)} of ${write(total)} points, extremes kept`
}
