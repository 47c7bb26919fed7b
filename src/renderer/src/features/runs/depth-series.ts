import type { ChartSeries } from '../../../../common/chart/series.ts'
import type { DepthLine } from '../../../../common/export/depth-figure.ts'

/** Errors of one variant against depth as a line with marks and whiskers, as figures have it. */
export function depthSeries({ variant, dashed, strokeWidth, points }: Omit<DepthLine, 'shape'>, color: string): ChartSeries {
  return {
    key: variant,
    label: variant,
    endLabel: variant,
    color,
    dashed,
    width: strokeWidth,
    marked: true,
    spread: points.map((point) => point.std),
    points: points.map((point) => ({ x: point.layers, y: point.error })),
  }
}
