import type { RateMap } from '../analysis/rate-map.ts'
import type { GridCell } from '../effects/interaction.ts'
import type { Split } from '../results/splits.ts'
import type { MapFigureInput } from './map-figure.ts'

type Panel = MapFigureInput['panels'][number]

/** An axis of cells that are named, not measured: depths that were trained, learning rates, variants. */
function namedAxis(title: string, names: readonly (string | number)[]): Panel['x'] {
  return { title, first: 0, last: names.length - 1, ticks: names.map((name, at) => ({ at, label: String(name) })) }
}

/** One scale for all cells, percent. */
function scaleOf(panels: readonly Panel[]): { min: number; max: number } {
  const all = panels.flatMap(({ values }) => values.flatMap((row) => row.filter((value) => value !== null)))
  if (all.length === 0) return { min: 0, max: 100 }
  const [min, max] = [Math.min(...all), Math.max(...all)]
  return { min, max: max > min ? max : min + 1 }
}

function errorMaps(title: string, subtitle: string, split: Split, panels: readonly Panel[]): MapFigureInput {
  return { kind: 'map', title, subtitle, width: 692, colour: { title: `${split} error, %`, ...scaleOf(panels) }, panels: [...panels] }
}

const percent = (fraction: number | undefined): number | null => (fraction === undefined ? null : 100 * fraction)

/** Mean errors by variant and depth. @returns null where there are none */
export function variantMapFigure(cells: readonly GridCell[], split: Split, subtitle: string): MapFigureInput | null {
  const depths = [...new Set(cells.map(({ layers }) => layers))].sort((a, b) => a - b)
  const variants = [...new Set(cells.map(({ variant }) => variant))].reverse()
  if (depths.length === 0) return null
  const valueOf = (variant: string, layers: number) =>
    percent(cells.find((cell) => cell.variant === variant && cell.layers === layers)?.statistics?.mean)
  const values = variants.map((variant) => depths.map((layers) => valueOf(variant, layers)))
  return errorMaps('Error by variant and depth', subtitle, split, [
    { title: '', x: namedAxis('layers', depths), y: namedAxis('variant', variants), values },
  ])
}

/** Mean errors by learning rate and depth, a panel for each variant. @returns null where there are none */
export function rateMapFigure(maps: readonly RateMap[], split: Split): MapFigureInput | null {
  if (maps.length === 0) return null
  const panels = maps.map(({ label, rates, depths, cells }): Panel => ({
    title: label,
    x: namedAxis('layers', depths),
    y: namedAxis('learning rate', rates),
    values: cells.map((row) => row.map(({ statistics }) => percent(statistics?.mean))),
  }))
  // More maps than a figure holds are a table's business.
  return errorMaps('Error by learning rate and depth', 'last epoch, mean over seeds', split, panels.slice(0, 24))
}
