import type { AnalysisResult } from '../analyses/analyses.ts'
import type { RampTheme } from '../analysis/depth-ramp.ts'
import type { ChartSeries } from '../export/chart-series.ts'
import type { FigureInput } from '../export/figure.ts'
import { figureLine } from '../export/figure-line.ts'
import { type DrawnNet, netLine, overSeeds } from './drawn-net.ts'
import { quantityTitles, type SurfaceChoices, surfaceScale, surfaceValues } from './surface-figure.ts'

type Surface = AnalysisResult<'loss-surface'>
type Net = DrawnNet<Surface['runs'][number]>
type Quantity = SurfaceChoices['quantity']

/** Loss or error of all nets along the first direction, through the middle of a plane; plain nets dashed. */
export function surfaceLines({ steps }: Surface, nets: readonly Net[], quantity: Quantity, theme: RampTheme): ChartSeries[] {
  const middleRow = (run: Surface['runs'][number]): readonly (number | null)[] => {
    const rows = surfaceValues(run, quantity)
    return rows[(rows.length - 1) / 2]!
  }
  return nets.map((net) => {
    const values = steps.map((_, index) => overSeeds(net, (member) => middleRow(member)[index] ?? null))
    return {
      ...netLine(net, theme),
      points: steps.map((x, index) => ({ x, y: values[index]?.mean ?? NaN })),
      ...(net.members.length > 1 && { band: values.map((value) => value?.std ?? null) }),
    }
  })
}

export function surfaceLinesTitle(quantity: Quantity): string {
  return `${quantityTitles[quantity].replace(/, .*/, '')} along the first direction`
}

/** The same for print, with the scale that the maps have. */
export function surfaceLinesFigure(
  result: Surface,
  nets: readonly Net[],
  choices: Pick<SurfaceChoices, 'quantity' | 'logarithmic'>,
): FigureInput {
  const { quantity } = choices
  const range = { min: result.steps[0]!, max: result.steps.at(-1)! }
  return {
    title: surfaceLinesTitle(quantity).replace(/^./, (letter) => letter.toUpperCase()),
    subtitle: 'through each network; plain nets dashed',
    width: 692,
    x: { title: 'first direction', ...range },
    y: { title: quantityTitles[quantity], ...surfaceScale(result, choices) },
    panels: [{ title: '', lines: surfaceLines(result, nets, quantity, 'light').map((line) => figureLine(line, range)) }],
  }
}
