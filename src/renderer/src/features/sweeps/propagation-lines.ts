import { depthColor, type RampTheme } from '../../../../common/analysis/depth-ramp.ts'
import type { PropagatedLayer } from '../../../../common/propagation/propagation.ts'
import type { ChartSeries } from '../../ui/chart/series.ts'
import type { CheckedNetwork } from './propagation-store.ts'

/** Lines over depth, one for each network that was looked at; plain ones are dashed. What is zero or no number has no point. */
export function propagationLines(networks: readonly CheckedNetwork[], of: 'std' | 'gradientNorm', theme: RampTheme): ChartSeries[] {
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
        points: report.layers.map((layer) => ({ x: layer.depth, y: valueOf(layer, of) })),
      },
    ]
  })
}

/** A log axis cannot show zero. */
function valueOf(layer: PropagatedLayer, of: 'std' | 'gradientNorm'): number {
  const value = layer[of]
  return value === null || value === 0 ? NaN : value
}
