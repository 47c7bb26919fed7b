import type { ValueScale } from '../analysis/value-ramp.ts'
import { contourLevels } from '../export/map-axis.ts'
import type { MapFigureInput } from '../export/map-figure.ts'
import type { Analysis } from '../analyses/analysis.ts'
import type { AnalysedName } from '../analyses/kinds/define-analysis.ts'
import type { SurfaceResult } from '../analyses/kinds/loss-surface.ts'

export const surfaceQuantities = ['loss', 'error'] as const
export type SurfaceQuantity = (typeof surfaceQuantities)[number]

/** How surfaces are drawn. */
export interface SurfaceChoices {
  readonly quantity: SurfaceQuantity
  readonly logarithmic: boolean
  /** Cells in colour, lines of equal value, or both. */
  readonly style: 'map' | 'contours' | 'both'
}

/** Title of what is shown, with its unit. */
export const quantityTitles: Readonly<Record<SurfaceQuantity, string>> = { loss: 'loss, nats', error: 'error, %' }

/** Gives a run's values in the unit of the title: [rows][columns]. */
export function surfaceValues({ loss, error }: SurfaceResult['runs'][number], quantity: SurfaceQuantity): (number | null)[][] {
  return quantity === 'loss' ? loss : error.map((row) => row.map((value) => (value === null ? null : 100 * value)))
}

/** The low end of a logarithmic scale, where a value is 0. */
const leastOfLogarithm = { loss: 1e-4, error: 0.1 } as const

/** Chooses one scale for all runs, from the lowest to the highest value. */
export function surfaceScale(
  { runs }: SurfaceResult,
  { quantity, logarithmic }: Pick<SurfaceChoices, 'quantity' | 'logarithmic'>,
): ValueScale {
  const all = runs.flatMap((run) => surfaceValues(run, quantity).flatMap((row) => row.filter((value) => value !== null)))
  const [low, high] = [Math.min(...all), Math.max(...all)]
  const min = logarithmic ? Math.max(leastOfLogarithm[quantity], low) : low
  if (!Number.isFinite(min)) return { min: logarithmic ? 0.1 : 0, max: 1, logarithmic }
  return { min, max: high > min ? high : min + (Math.abs(min) || 1), logarithmic }
}

/** Lines of equal value, about so many. */
const lineCount = 9

/** Makes the figure of the surfaces of all runs of a result, with one scale. */
export function surfaceFigure(
  result: SurfaceResult,
  names: readonly AnalysedName[],
  choices: SurfaceChoices,
  subtitle: string,
): MapFigureInput {
  const scale = surfaceScale(result, choices)
  const colour = { title: quantityTitles[choices.quantity], ...scale }
  const [first, last] = [result.steps[0]!, result.steps.at(-1)!]
  return {
    kind: 'map',
    title: choices.quantity === 'loss' ? 'Loss surfaces' : 'Error around networks',
    subtitle,
    width: 692,
    colour,
    filled: choices.style !== 'contours',
    levels: choices.style === 'map' ? [] : contourLevels(colour, lineCount),
    panels: result.runs.map((run, index) => ({
      title: names[index]!.name,
      x: { title: 'first direction', first, last },
      y: { title: 'second direction', first, last },
      values: surfaceValues(run, choices.quantity),
      marks: [{ x: 0, y: 0 }],
    })),
  }
}

/** "1,000 test images, seed 0" */
export function surfaceWords({ images }: Pick<SurfaceResult, 'images'>, { split, options }: Pick<Analysis, 'split' | 'options'>): string {
  return `${images.toLocaleString('en')} ${split} images, seed ${String(options.seed)}`
}
