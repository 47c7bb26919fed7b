import { depthName } from '../../common/analysis/depth-results.ts'
import { trainingLength } from '../../common/training/schedule.ts'
import { learningRateDrops } from '../../common/training/schedules/schedules.ts'
import { daggerWords, overlaidNumbers, type OverlaidNumber, publishedLevels } from '../../common/paper/overlay.ts'
import { errorAxisTop, fittedErrorAxis } from '../../common/export/error-axis.ts'
import { panelOf } from '../../common/export/layers-figure.ts'
import { type FigureInput, figureSchema } from '../../common/export/figure.ts'
import { curveSeries, type FigureRun, type Series } from './figure-data.ts'
import type { FigureOptions } from './figure-options.ts'
import { lineFigure } from './line-figure.ts'

export interface CurvesOptions extends FigureOptions {
  /** Iterations are drawn in thousands, as in the paper; `auto` follows the recipe. */
  readonly x: 'auto' | 'epochs' | 'iterations'
  /** Ends of the error axis in percent; null chooses: from 0 to the paper's 20 where the curves end low enough. */
  readonly minimumError?: number | null
  readonly maximumError: number | null
  /** Whether the error axis begins and ends just outside of the data instead. */
  readonly fit?: boolean
  /** variant: a panel for plain nets and for each shortcut (Fig. 6); error: one for training, one for test error (Fig. 1). */
  readonly panelsBy?: 'variant' | 'error'
  /** Published end values of test errors as grey labels, where the runs are of the same data. */
  readonly published: boolean
}

/** What the horizontal axis counts; thousands of iterations, as in the paper, unless there are few. */
type Unit = 'epochs' | 'steps' | 'thousands'
const unitTitles: Readonly<Record<Unit, string>> = { epochs: 'epoch', steps: 'iterations', thousands: 'iterations, ×1000' }
const fewSteps = 2000

type Panel = FigureInput['panels'][number]
type Line = Panel['lines'][number]

/**
 * Makes the figure of training and test error over training, plain beside residual, as in the paper's Fig. 6.
 * @param runs of one experiment
 * @throws Error when no run has a finished epoch
 */
export function curvesFigure(runs: readonly FigureRun[], options: CurvesOptions): string {
  return lineFigure(figureSchema.parse(curvesPicture(runs, options)))
}

/** The same as data. @throws Error when no run has a finished epoch */
export function curvesPicture(runs: readonly FigureRun[], options: CurvesOptions): FigureInput {
  const series = curveSeries(runs)
  const first = runs[0]
  if (!first || series.length === 0) throw new Error('No run has finished an epoch yet, so there is no curve to draw.')
  const { recipe, dataset } = first.summary.settings
  const inIterations = options.x === 'iterations' || (options.x === 'auto' && recipe.epochs === null)
  const unit: Unit = !inIterations ? 'epochs' : first.summary.totalSteps < fewSteps ? 'steps' : 'thousands'
  const right = Math.max(...series.flatMap((one) => one.points.map((point) => xOf(point, unit))))
  const drops = dropPositions(first, unit).filter((x) => x < right)
  const isByError = options.panelsBy === 'error'
  const numbers = options.published ? overlaidNumbers(series.flatMap((one) => one.runs)) : []
  return {
    title: options.title ?? `Training and test error on ${dataset.name}`,
    subtitle: options.subtitle ?? `${recipe.name}, batch ${recipe.batchSize}; ${seedsInWords(series)}`,
    show: options.show,
    width: options.width,
    x: { title: unitTitles[unit], min: 0, max: right, whole: unit !== 'thousands' },
    y: { title: 'error, %', ...errorAxis(series, options) },
    panels: (isByError ? errorPanels(series, unit, numbers) : variantPanels(series, unit, numbers)).map((panel) => ({
      ...panel,
      verticals: drops.map((x) => ({ x, label: null })),
    })),
    key: key(series, drops.length > 0 ? dropInWords(recipe.learningRateFactor) : null, numbers).slice(isByError ? 2 : 0),
  }
}

function variantPanels(series: readonly Series[], unit: Unit, numbers: readonly OverlaidNumber[]): Panel[] {
  return [...new Set(series.map(panelFor))].map((title) => {
    const own = series.filter((one) => panelFor(one) === title)
    return {
      title,
      lines: own.flatMap((one) => [line(one, 'train', unit), line(one, 'test', unit)]),
      levels: publishedLevels(numbers.filter(({ network }) => own.some((one) => depthName(one.network) === network))),
    }
  })
}

/** All lines are solid: what is dashed elsewhere has a panel of its own. */
function errorPanels(series: readonly Series[], unit: Unit, numbers: readonly OverlaidNumber[]): Panel[] {
  return (['train', 'test'] as const).map((split) => ({
    title: split === 'train' ? 'training error' : 'test error',
    lines: series.map((one) => ({
      ...line(one, split, unit),
      ...{ dashed: false, strokeWidth: 1.75, endLabel: `${one.layers} layers`, diverged: one.diverged },
    })),
    levels: split === 'test' ? publishedLevels(numbers) : [],
  }))
}

function errorAxis(series: readonly Series[], { minimumError, maximumError, fit }: CurvesOptions): { min: number; max: number } {
  const curves = series.flatMap(({ points }) => [
    points.map(({ train }) => ({ mean: train.mean * 100, spread: 0 })),
    points.map(({ test }) => ({ mean: test.mean * 100, spread: (test.std ?? 0) * 100 })),
  ])
  const { min, max } = fit ? fittedErrorAxis(curves) : { min: 0, max: errorAxisTop(curves) }
  return { min: minimumError ?? min, max: maximumError ?? max }
}

function panelFor(one: Series): string {
  return panelOf({ family: one.family, shortcut: one.shortcut ?? 'A' })
}

function xOf(point: Series['points'][number], unit: Unit): number {
  return unit === 'epochs' ? point.epoch : point.step / (unit === 'thousands' ? 1000 : 1)
}

/** Makes a line in percent; the test error carries the name, the band over seeds and the mark of a divergence. */
function line(one: Series, split: 'train' | 'test', unit: Unit): Line {
  const means = one.points.map((point) => point[split].mean * 100)
  const spreads = one.points.map((point) => (point[split].std === null ? null : point[split].std * 100))
  const isTest = split === 'test'
  return {
    label: `${one.name}, ${split}`,
    endLabel: isTest ? `${one.layers} layers` : null,
    colour: one.colour,
    dashed: !isTest,
    strokeWidth: isTest ? 2 : 1,
    x: one.points.map((point) => xOf(point, unit)),
    y: means,
    band:
      isTest && spreads.some((std) => std !== null)
        ? { low: means.map((mean, index) => mean - (spreads[index] ?? 0)), high: means.map((mean, index) => mean + (spreads[index] ?? 0)) }
        : null,
    diverged: isTest && one.diverged,
  }
}

function dropPositions(run: FigureRun, unit: Unit): number[] {
  const { totalSteps, totalEpochs } = run.summary
  return learningRateDrops(run.summary.settings.recipe, trainingLength(run.summary)).map((step) =>
    unit === 'epochs' ? (step / totalSteps) * totalEpochs : step / (unit === 'thousands' ? 1000 : 1),
  )
}

function dropInWords(factor: number): string {
  const divisor = Number((1 / factor).toPrecision(3))
  return Number.isInteger(divisor) ? `learning rate ÷${divisor}` : `learning rate ×${factor}`
}

function key(series: readonly Series[], drop: string | null, numbers: readonly OverlaidNumber[]): NonNullable<FigureInput['key']> {
  const seeds = [...new Set(series.filter((one) => one.seeds > 1).map((one) => one.seeds))].sort((a, b) => a - b)
  const differs = daggerWords(numbers)
  return [
    { label: 'training error', dashed: true, strokeWidth: 1 },
    { label: 'test error', strokeWidth: 2 },
    ...(seeds.length > 0 ? [{ label: `test error, mean ± std of ${seeds.join(' or ')} seeds`, strokeWidth: 0, band: true }] : []),
    ...(series.some((one) => one.diverged) ? [{ label: '× diverged', strokeWidth: 0 }] : []),
    ...(drop === null ? [] : [{ label: drop, strokeWidth: 0.75, tone: 'quiet' as const, vertical: true }]),
    ...(numbers.length > 0 ? [{ label: 'published end value of test error', strokeWidth: 2, tone: 'grey' as const }] : []),
    ...(differs === null ? [] : [{ label: differs, tone: 'grey' as const }]),
  ]
}

function seedsInWords(series: readonly Series[]): string {
  const counts = series.map((one) => one.seeds)
  const [least, most] = [Math.min(...counts), Math.max(...counts)]
  if (most === 1) return 'one seed each'
  return least === most ? `lines are the mean of ${most} seeds` : `lines are the mean of ${least} to ${most} seeds`
}
