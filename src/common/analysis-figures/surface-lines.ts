import type { AnalysisResult } from '../analyses/analyses.ts'
import type { RampTheme } from '../analysis/depth-ramp.ts'
import { figureLine } from '../chart/figure-line.ts'
import type { AxisRange, ChartSeries } from '../chart/series.ts'
import type { FigureInput } from '../export/figure.ts'
import { capitalized } from '../issue-words.ts'
import type { RunSummary } from '../records/records.ts'
import { drawnNets, netLine, overSeeds } from './drawn-nets.ts'
import { quantityTitles, type SurfaceChoices, type SurfaceQuantity, surfaceScale, surfaceValues } from './surface-figure.ts'

type Surface = AnalysisResult<'loss-surface'>

/** What of surfaces is drawn along the first direction. */
export interface SurfaceLineLook extends Pick<SurfaceChoices, 'quantity' | 'logarithmic'> {
  readonly ofSeeds: boolean
}

/** Loss or error of all networks along the first direction, through the networks themselves; plain nets dashed. */
export function surfaceLines(
  result: Surface,
  runs: readonly RunSummary[],
  { quantity, ofSeeds, theme }: Pick<SurfaceLineLook, 'quantity' | 'ofSeeds'> & { readonly theme: RampTheme },
): ChartSeries[] {
  return drawnNets(result.runs, runs, ofSeeds).map((net) => {
    const values = result.steps.map((_, index) => overSeeds(net, (member) => middleRow(member, quantity)[index] ?? null))
    return {
      ...netLine(net, theme),
      points: result.steps.map((x, index) => ({ x, y: values[index]?.mean ?? NaN })),
      ...(net.members.length > 1 && { band: values.map((value) => value?.std ?? null) }),
    }
  })
}

/** Along the first direction, through the middle of a plane. */
function middleRow(of: Surface['runs'][number], quantity: SurfaceQuantity): readonly (number | null)[] {
  const rows = surfaceValues(of, quantity)
  return rows[(rows.length - 1) / 2]!
}

export function stepRange({ steps }: Pick<Surface, 'steps'>): AxisRange {
  return { min: steps[0]!, max: steps.at(-1)! }
}

/** "loss along the first direction" */
export function surfaceLineTitle(quantity: SurfaceQuantity): string {
  return `${quantityTitles[quantity].replace(/, .*/, '')} along the first direction`
}

/** The same in the colours of paper, on the scale of the maps. */
export function surfaceLineFigure(result: Surface, runs: readonly RunSummary[], look: SurfaceLineLook): FigureInput {
  const range = stepRange(result)
  return {
    title: capitalized(surfaceLineTitle(look.quantity)),
    subtitle: 'through each network; plain nets dashed',
    width: 692,
    x: { title: 'first direction', ...range },
    y: { title: quantityTitles[look.quantity], ...surfaceScale(result, look) },
    panels: [{ title: '', lines: surfaceLines(result, runs, { ...look, theme: 'light' }).map((line) => figureLine(line, range)) }],
  }
}
