import type { NetworkReached } from '../analysis/time-to-error.ts'
import type { FigureInput } from './figure.ts'

export const reachMeasures = [
  { value: 'iterations', label: 'Iterations', axis: 'iterations' },
  { value: 'hours', label: 'Hours', axis: 'hours of training' },
] as const
export type ReachMeasure = (typeof reachMeasures)[number]['value']

/** When the networks of one variant came to an error, by depth; those that did not are left out. */
export interface ReachLine {
  readonly variant: string
  readonly points: readonly { readonly layers: number; readonly value: number; readonly std: number | null }[]
}

export function reachLines(networks: readonly NetworkReached[], measure: ReachMeasure): ReachLine[] {
  const variants = [...new Set(networks.map(({ variant }) => variant))]
  return variants.flatMap((variant) => {
    const points = networks
      .filter((network) => network.variant === variant)
      .flatMap(({ layers, [measure]: statistics }) => (statistics ? [{ layers, value: statistics.mean, std: statistics.std }] : []))
      .sort((a, b) => a.layers - b.layers)
    return points.length > 0 ? [{ variant, points }] : []
  })
}

/** Ends of the axes of lines: from 0 up, and around all depths. */
export function reachRanges(lines: readonly ReachLine[]): { x: { min: number; max: number }; y: { min: number; max: number } } {
  const points = lines.flatMap((line) => line.points)
  const depths = points.map(({ layers }) => layers)
  const [low, high] = depths.length > 0 ? [Math.min(...depths), Math.max(...depths)] : [0, 1]
  const air = Math.max(2, 0.04 * (high - low))
  const top = Math.max(0, ...points.map(({ value, std }) => value + (std ?? 0)))
  return { x: { min: low - air, max: high + air }, y: { min: 0, max: 1.06 * top || 1 } }
}

const ink = '#1f2328'

/**
 * Time to an error against depth, a line for each variant and a panel for each experiment.
 * @param words "test error of at most 10 %" @returns null where no network came to it
 */
export function reachFigure(
  experiments: readonly { readonly label: string; readonly networks: readonly NetworkReached[] }[],
  measure: ReachMeasure,
  words: string,
): FigureInput | null {
  const drawn = experiments
    .map(({ label, networks }) => ({ label, lines: reachLines(networks, measure) }))
    .filter(({ lines }) => lines.length)
  if (drawn.length === 0) return null
  const ranges = reachRanges(drawn.flatMap(({ lines }) => lines))
  const depths = [...new Set(drawn.flatMap(({ lines }) => lines.flatMap(({ points }) => points.map(({ layers }) => layers))))]
  return {
    title: `Time to a ${words}`,
    subtitle: 'first epoch at or below it; mean of the seeds that came to it, bars are ± std',
    width: 692,
    x: { title: 'layers', ...ranges.x, ticks: depths.sort((a, b) => a - b) },
    y: { title: reachMeasures.find(({ value }) => value === measure)!.axis, ...ranges.y },
    panels: drawn.slice(0, 24).map(({ label, lines }) => ({ title: drawn.length > 1 ? label : '', lines: lines.flatMap(variantLines) })),
  }
}

function variantLines({ variant, points }: ReachLine): FigureInput['panels'][number]['lines'] {
  const [x, y] = [points.map(({ layers }) => layers), points.map(({ value }) => value)]
  const edge = (side: number) => points.map(({ value, std }) => (std === null ? null : value + side * std))
  const hasSpread = points.some(({ std }) => std !== null)
  return [
    {
      ...{ label: variant, endLabel: variant, colour: ink, dashed: variant.startsWith('plain'), strokeWidth: 1.25, x, y },
      ...(hasSpread && { band: { low: edge(-1), high: edge(1) }, bandAs: 'bars' as const }),
    },
    { label: variant, aid: true, endLabel: null, colour: ink, dots: true, x, y },
  ]
}
