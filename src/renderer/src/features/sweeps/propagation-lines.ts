import { depthColor, type RampTheme } from '../../../../common/analysis/depth-ramp.ts'
import type { PropagationReport } from '../../../../common/propagation/propagation.ts'
import type { ChartSeries } from '../../../../common/chart/series.ts'
import type { CheckedNetwork } from './propagation-store.ts'

/** What is drawn over depth: std of the blocks' outputs, or norms of the gradient at the responses. */
export type PropagationMeasure = 'signal' | 'gradient'

/** Lines over depth, one for each network that was looked at; plain ones are dashed. What is zero or no number has no point. */
export function propagationLines(networks: readonly CheckedNetwork[], of: PropagationMeasure, theme: RampTheme): ChartSeries[] {
  return networks.flatMap(({ name, depth, family, report }): ChartSeries[] => {
    if (!report) return []
    return [
      {
        key: name,
        label: name,
        endLabel: name,
        color: depthColor(depth, theme),
        dashed: family === 'plain',
        width: 1.75,
        points: pointsOf(report, of),
      },
    ]
  })
}

/** Without the classifier, whose response is the scores. A log axis cannot show zero. */
function pointsOf({ blocks, layers }: PropagationReport, of: PropagationMeasure): { x: number; y: number }[] {
  const values =
    of === 'signal'
      ? blocks.map(({ depth, std }) => ({ x: depth, y: std }))
      : layers.slice(0, -1).map(({ depth, gradientNorm }) => ({ x: depth, y: gradientNorm }))
  return values.map(({ x, y }) => ({ x, y: y === null || y === 0 ? NaN : y }))
}
