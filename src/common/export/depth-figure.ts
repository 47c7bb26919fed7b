import { comparedVariant, depthName, depthResults, type ComparedRun, type DepthResult } from '../analysis/depth-results.ts'
import type { SeedStatistics } from '../analysis/statistics.ts'
import type { Family, ShortcutOption } from '../network/families/families.ts'
import { type DepthLaw, depthLaws } from '../effects/depth-law.ts'
import { dagger, daggerWords, overlaidNumbers } from '../paper/overlay.ts'
import type { RunSummary } from '../records/records.ts'
import type { FigureInput, FigureLine } from './figure.ts'

/** One network's errors as a point, percent. */
export interface DepthPoint {
  readonly layers: number
  readonly error: number
  /** Standard deviation over seeds; null for one seed. */
  readonly std: number | null
}

/** Nets of one family and shortcut option. */
export interface DepthLine {
  readonly variant: string
  readonly shape: FigureLine['shape']
  readonly dashed: boolean
  readonly strokeWidth: number
  /** Sorted by ascending depth. */
  readonly points: readonly DepthPoint[]
}

export interface DepthPicturePanel {
  readonly title: 'training error' | 'test error'
  readonly lines: readonly DepthLine[]
  /** Laws fitted to them; none unless asked for. */
  readonly laws: readonly DepthLaw[]
}

/** The paper's test errors of one variant: "paper, residual A". */
export interface PublishedLine {
  readonly label: string
  readonly dashed: boolean
  readonly points: readonly DepthPoint[]
}

/** Error at the last epoch against depth: degradation is a plain line that rises in the first panel. */
export interface DepthPicture {
  readonly dataset: string
  readonly subtitle: string
  /** Ascending. */
  readonly layers: readonly number[]
  /** Depths too far apart for a linear axis, as 20 and 1202 are. */
  readonly logarithmic: boolean
  /** Ends of the error axis, percent, shared by the panels; and of the other one, layers. */
  readonly top: number
  readonly range: { readonly min: number; readonly max: number }
  readonly panels: readonly DepthPicturePanel[]
  /** The paper's numbers of these variants at these depths, where the data are the paper's; part of the second panel. */
  readonly published: readonly PublishedLine[]
  /** What the dagger of published lines stands for; null where none has one. */
  readonly differs: string | null
}

type DepthRun = ComparedRun & Pick<RunSummary, 'device' | 'imported'>

/** Marks tell variants apart, since colour is depth's. */
export function variantShape({ family, shortcut }: { family: Family; shortcut: ShortcutOption | null }): FigureLine['shape'] {
  if (family === 'plain') return 'circle'
  if (family === 'highway') return ({ A: 'crossRot', B: 'star', C: 'line' } as const)[shortcut ?? 'A']
  return ({ A: 'triangle', B: 'rect', C: 'rectRot' } as const)[shortcut ?? 'A']
}

/** @returns null when no run has finished. Runs must be of one experiment. */
export function depthPicture(runs: readonly DepthRun[], published: boolean, fitted = false): DepthPicture | null {
  const results = depthResults(runs).filter((result) => result.trainError && result.testError)
  const [first] = runs
  if (!first || results.length === 0) return null
  const layers = [...new Set(results.map((result) => result.layers))].sort((a, b) => a - b)
  const [low, high] = [layers[0]!, layers.at(-1)!]
  const logarithmic = high > 30 * low
  const panels = [
    { title: 'training error', lines: depthLines(results, (result) => result.trainError), laws: fitted ? depthLaws(runs, 'train') : [] },
    { title: 'test error', lines: depthLines(results, (result) => result.testError), laws: fitted ? depthLaws(runs, 'test') : [] },
  ] as const
  const paper = published ? publishedLines(runs.filter(({ state }) => state === 'finished')) : { published: [], differs: null }
  const highest = Math.max(
    ...[...panels.flatMap((panel) => panel.lines), ...paper.published]
      .flatMap(({ points }) => points)
      .map((point) => point.error + (point.std ?? 0)),
  )
  const air = Math.max(2, (high - low) * 0.04)
  const seeds = Math.max(...results.map((result) => result.finished))
  return {
    dataset: first.settings.dataset.name,
    subtitle: `${first.settings.recipe.name}, last epoch; ${seeds > 1 ? `mean of up to ${seeds} seeds, bars are ± std` : 'one seed each'}`,
    layers,
    logarithmic,
    top: axisEnd(highest),
    range: logarithmic ? { min: low / 1.2, max: high * 1.2 } : { min: low - air, max: high + air },
    panels,
    ...paper,
  }
}

/** What is published of these networks at the last epoch, a line for each variant; a dagger where some were not come by alike. */
function publishedLines(runs: readonly DepthRun[]): Pick<DepthPicture, 'published' | 'differs'> {
  const networks = new Map(runs.map(({ settings: { network } }) => [depthName(network), network]))
  const found = overlaidNumbers(runs).map((number) => ({ ...number, design: networks.get(number.network)! }))
  const variants = [...new Set(found.map(({ design }) => comparedVariant(design)))]
  return {
    published: variants.map((variant): PublishedLine => {
      const numbers = found.filter(({ design }) => comparedVariant(design) === variant)
      return {
        label: `paper, ${variant}${numbers.some(({ differs }) => differs.length > 0) ? ` ${dagger}` : ''}`,
        dashed: numbers[0]!.design.family === 'plain',
        points: numbers.map(({ layers, reference }) => ({ layers, error: reference * 100, std: null })),
      }
    }),
    differs: daggerWords(found),
  }
}

/** A round end of an error axis above this value, percent. */
function axisEnd(highest: number): number {
  const step = highest > 40 ? 10 : highest > 10 ? 5 : 1
  return Math.min(100, Math.max(1, Math.ceil((highest * 1.02) / step) * step))
}

/** A round start of an error axis below all bars, percent. */
function axisStart({ panels, published, top }: DepthPicture): number {
  const lowest = Math.min(
    ...[...panels.flatMap((panel) => panel.lines), ...published]
      .flatMap(({ points }) => points)
      .map((point) => point.error - (point.std ?? 0)),
  )
  const step = top - lowest > 20 ? 5 : 1
  return Math.max(0, Math.floor((lowest - 0.02 * (top - lowest)) / step) * step)
}

function depthLines(results: readonly DepthResult[], statistics: (result: DepthResult) => SeedStatistics | null): DepthLine[] {
  const variants = new Map<string, DepthResult[]>()
  for (const result of results) {
    variants.set(result.variant, [...(variants.get(result.variant) ?? []), result])
  }
  return [...variants].map(([variant, members]) => ({
    variant,
    shape: variantShape(members[0]!),
    dashed: members[0]!.family === 'plain',
    strokeWidth: members[0]!.family === 'plain' ? 1 : ({ A: 2, B: 1.5, C: 1 } as const)[members[0]!.shortcut ?? 'A'],
    points: members.flatMap((result): DepthPoint[] => {
      const known = statistics(result)
      return known ? [{ layers: result.layers, error: known.mean * 100, std: known.std === null ? null : known.std * 100 }] : []
    }),
  }))
}

const ink = '#1f2328'
const grey = '#8c959f'

/** The picture for print: training error left, test error right, a line, marks and bars for each variant. */
export function depthFigure(
  picture: DepthPicture,
  options: { readonly width: number; readonly title: string | null; readonly fit?: boolean },
): FigureInput {
  const { dataset, subtitle, layers, logarithmic, top, range } = picture
  return {
    title: options.title ?? `Error against depth on ${dataset}`,
    subtitle,
    width: options.width,
    x: { title: 'layers', ...range, logarithmic, ticks: [...layers] },
    y: { title: 'error, %', min: options.fit ? axisStart(picture) : 0, max: top },
    panels: picture.panels.map((panel) => ({
      title: panel.title,
      lines: [
        ...(panel.title === 'test error'
          ? picture.published.flatMap(({ label, ...line }) =>
              variantLines({ variant: label, shape: 'circle', strokeWidth: 1.25, ...line }, grey),
            )
          : []),
        ...panel.lines.flatMap((line) => variantLines(line, ink)),
        ...panel.laws.map((law) => lawLine(law)),
      ],
    })),
    key: [
      ...(picture.panels.some(({ laws }) => laws.length > 0)
        ? [{ label: 'fitted law, with its 95 % interval over seeds', tone: 'grey' as const, strokeWidth: 1 }]
        : []),
      ...(picture.differs === null ? [] : [{ label: picture.differs, tone: 'grey' as const }]),
    ],
  }
}

function lawLine({ variant, curve }: DepthLaw): FigureInput['panels'][number]['lines'][number] {
  const known = curve.every(({ interval }) => interval !== null)
  return {
    label: `${variant}, fitted law`,
    endLabel: null,
    colour: grey,
    strokeWidth: 1,
    x: curve.map(({ layers }) => layers),
    y: curve.map(({ error }) => error * 100),
    band: known ? { low: curve.map(({ interval }) => interval!.low * 100), high: curve.map(({ interval }) => interval!.high * 100) } : null,
  }
}

function variantLines({ variant, shape, dashed, strokeWidth, points }: DepthLine, colour: string): FigureInput['panels'][number]['lines'] {
  const x = points.map((point) => point.layers)
  const y = points.map((point) => point.error)
  const hasSpread = points.some(({ std }) => std !== null)
  const end = (sign: number) => points.map(({ error, std }) => (std === null ? null : error + sign * std))
  return [
    {
      ...{ label: variant, endLabel: variant, colour, dashed, strokeWidth, x, y },
      ...(hasSpread && { band: { low: end(-1), high: end(1) }, bandAs: 'bars' as const }),
    },
    { label: variant, aid: true, endLabel: null, colour, dots: true, shape, x, y },
  ]
}
