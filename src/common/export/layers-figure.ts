import { depthColor } from '../analysis/depth-ramp.ts'
import { type NetworkDesign, depthOf } from '../network/design.ts'
import type { FigureInput } from './figure.ts'

/** Responses of one network's 3x3 layers, in its order: of one run, or the mean over its seeds. */
export interface LayersNet {
  readonly design: NetworkDesign
  /** Names the line in the figure's description. */
  readonly label: string
  /** Written at its end; null where another line's name does. */
  readonly endLabel: string | null
  /** Standard deviations; null or NaN where there is none. */
  readonly values: readonly (number | null)[]
  /** Their standard deviations over seeds, which are the band; null where there is one seed. */
  readonly spreads: readonly (number | null)[]
}

export interface LayersFigureOptions {
  readonly title: string | null
  readonly subtitle: string
  readonly width: number
  /** What is looked at; null for all of it. */
  readonly x: AxisEnds | null
  readonly y: (AxisEnds & { readonly logarithmic?: boolean }) | null
  /** All nets in one panel, plain ones dashed, as in the paper; else a panel for each variant. */
  readonly together?: boolean
}

interface AxisEnds {
  readonly min: number
  readonly max: number
}

/** "plain", "residual, shortcut A": the panel that a network is drawn in. */
export function panelOf({ family, shortcut }: Pick<NetworkDesign, 'family' | 'shortcut'>): string {
  return family === 'plain' ? 'plain' : `${family}, shortcut ${shortcut}`
}

/**
 * Response of each layer, plain beside residual on shared axes: above in the network's order, below sorted from largest to
 * smallest, as in the paper's Fig. 7.
 */
export function layersFigure(
  nets: readonly LayersNet[],
  { title, subtitle, width, x, y, together = false }: LayersFigureOptions,
): FigureInput {
  const panelName = (design: NetworkDesign): string => (together ? '' : panelOf(design))
  const variants = [...new Set(nets.map(({ design }) => panelName(design)))].sort()
  const most = Math.max(2, ...nets.map(({ values }) => values.length))
  const panel = (variant: string, sorted: boolean): FigureInput['panels'][number] => ({
    title: sorted ? '' : variant,
    xTitle: sorted ? 'layer, sorted by std' : 'layer',
    lines: nets
      .filter(({ design }) => panelName(design) === variant)
      .map((net) => ({ ...line(net, sorted), dashed: together && net.design.family === 'plain' })),
  })
  const orders = [false, true]
  // Two variants stand side by side, their sorted layers below; of more, each has a row.
  const panels =
    variants.length <= 2
      ? orders.flatMap((sorted) => variants.map((variant) => panel(variant, sorted)))
      : variants.flatMap((variant) => orders.map((sorted) => panel(variant, sorted)))
  return {
    title: title ?? 'Response of each 3×3 layer, after BN and before nonlinearity and addition',
    subtitle,
    width,
    columns: Math.min(2, variants.length),
    x: { title: 'layer', ...(x ?? { min: 1, max: most }), whole: true },
    y: { title: 'std of response', ...(y ?? axisOf(nets)) },
    panels,
    key: nets.some(hasSpread) ? [{ label: 'mean ± std over seeds', strokeWidth: 0, band: true }] : [],
  }
}

function line({ design, label, endLabel, values, spreads }: LayersNet, sorted: boolean): FigureInput['panels'][number]['lines'][number] {
  const layers = values.map((value, index) => ({ y: finite(value), spread: finite(spreads[index] ?? null) }))
  if (sorted) layers.sort((a, b) => (b.y ?? 0) - (a.y ?? 0))
  const edge = (side: 1 | -1) => layers.map(({ y, spread }) => (y === null ? null : y + side * (spread ?? 0)))
  return {
    label,
    endLabel,
    colour: depthColor(depthOf(design), 'light'),
    strokeWidth: 1.5,
    x: values.map((_, index) => index + 1),
    y: layers.map(({ y }) => y),
    band: hasSpread({ spreads }) ? { low: edge(-1), high: edge(1) } : null,
  }
}

function hasSpread({ spreads }: Pick<LayersNet, 'spreads'>): boolean {
  return spreads.some((spread) => spread !== null)
}

function finite(value: number | null): number | null {
  return value === null || Number.isNaN(value) ? null : value
}

/**
 * An axis that the values and their bands fill; logarithmic where some values are a hundred times others, as those of a net that diverges
 * are. A band alone makes none: its lower edge comes near zero where seeds differ much.
 */
function axisOf(nets: readonly LayersNet[]): AxisEnds & { logarithmic: boolean } {
  const known = (values: readonly (number | null)[]) => values.filter((value): value is number => value !== null && Number.isFinite(value))
  const values = known(nets.flatMap((net) => net.values)).filter((value) => value > 0)
  const edges = (side: 1 | -1): number[] =>
    known(nets.flatMap((net) => net.values.map((value, index) => (value === null ? null : value + side * (net.spreads[index] ?? 0)))))
  if (values.length === 0) return { min: 0, max: 1.06, logarithmic: false }
  const [lowest, highest] = [Math.min(...values), Math.max(...values)]
  const [low, high] = [Math.min(lowest, ...edges(-1)), Math.max(highest, ...edges(1))]
  if (highest > 100 * lowest) return { min: lowest / 1.2, max: high * 1.2, logarithmic: true }
  const air = 0.06 * (high - low || high)
  return { min: low < 0.25 * high ? 0 : low - air, max: high + air, logarithmic: false }
}
