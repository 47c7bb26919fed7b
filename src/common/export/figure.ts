import { z } from 'zod'

/**
 * A figure of lines as data: what a chart of the page shows and what the exporter draws are this one description, so that
 * what is exported is what is seen. Values are in the units of the axis titles.
 */
const colour = z.string().regex(/^#[0-9a-f]{6}$/)
const shape = z.enum(['circle', 'triangle', 'rect', 'rectRot', 'cross', 'crossRot', 'star', 'line'])
const words = z.string().max(400)
/** JSON has no NaN: null is a value that is not a number. */
const values = z.array(z.number().nullable()).max(100_000)
const positions = z.array(z.number()).max(100_000)

export const figureLineSchema = z.strictObject({
  /** Names the line in the figure's description. */
  label: words,
  /** Written at the line's end; null where another line's name does. */
  endLabel: words.nullable(),
  colour,
  dashed: z.boolean().default(false),
  /** Pixels. */
  strokeWidth: z.number().min(0.25).max(8).default(1.75),
  stepped: z.boolean().default(false),
  /** Marks instead of a line. */
  dots: z.boolean().default(false),
  /** Shape of the marks. */
  shape: shape.default('circle'),
  /** Ascending, as long as `y`. */
  x: positions,
  y: values,
  /** A strip around the line, such as mean - std to mean + std; as long as `y`. */
  band: z.strictObject({ low: values, high: values }).nullable().default(null),
  /** Whether the band is drawn as a strip, or as an upright bar at each point. */
  bandAs: z.enum(['strip', 'bars']).default('strip'),
  /** A cross at the line's end. */
  diverged: z.boolean().default(false),
  /** Repeats what another line has, such as its marks; tables and legends leave it out. */
  aid: z.boolean().default(false),
})
export type FigureLine = z.output<typeof figureLineSchema>

const figureAxisSchema = z.strictObject({
  /** Title of the axis with its unit: "error, %". */
  title: words,
  min: z.number(),
  max: z.number(),
  logarithmic: z.boolean().default(false),
  /** Ticks at whole numbers only. */
  whole: z.boolean().default(false),
  /** Ticks at these values instead, such as the depths that were trained; an empty list: none. */
  ticks: z.array(z.number()).max(100).nullable().default(null),
})

/** A band's lower end where an axis has room for it: one that is logarithmic has none for zero and less, where it lies below the axis. */
export function endOnAxis(end: number | null | undefined, { logarithmic, min }: { logarithmic: boolean; min: number }): number | null {
  return end === null || end === undefined ? null : logarithmic && end <= 0 ? min / 10 : end
}

export const figurePanelSchema = z.strictObject({
  /** Empty for a figure of one panel that needs none. */
  title: words,
  /** Replaces the figure's title of the horizontal axis. */
  xTitle: words.nullable().default(null),
  /** Replaces the figure's horizontal axis as a whole, its title too. */
  x: figureAxisSchema.nullable().default(null),
  lines: z.array(figureLineSchema).max(500),
  /** Learning-rate drops, a chosen epoch. */
  verticals: z
    .array(z.strictObject({ x: z.number(), label: words.nullable() }))
    .max(100)
    .default([]),
  /** Published values, in grey with their names. */
  levels: z
    .array(z.strictObject({ y: z.number(), label: words }))
    .max(100)
    .default([]),
})
export type FigurePanel = z.output<typeof figurePanelSchema>

/** An entry of the legend: a word and what it stands for. */
const keySchema = z.strictObject({
  label: words,
  dashed: z.boolean().default(false),
  /** Width of the line before the word, pixels; 0 for a word alone. */
  strokeWidth: z.number().min(0).max(8).default(0),
  tone: z.enum(['ink', 'quiet', 'grey']).default('ink'),
  /** Instead of the tone. */
  colour: colour.nullable().default(null),
  /** A strip instead of a line. */
  band: z.boolean().default(false),
  /** An upright line, for what is one in the panels. */
  vertical: z.boolean().default(false),
  /** A mark instead of a line. */
  shape: shape.nullable().default(null),
})

export type FigureKey = z.output<typeof keySchema>

/** A whole entry of a legend from what is not usual about it. */
export function figureKey(entry: z.input<typeof keySchema>): FigureKey {
  return keySchema.parse(entry)
}

/** What of title and subtitle is drawn: papers have captions instead. */
export const figureHeadSchema = z.strictObject({ title: z.boolean().default(true), subtitle: z.boolean().default(true) })
export type FigureHead = z.output<typeof figureHeadSchema>

export const figureSchema = z.strictObject({
  /** Title of the figure, and its description for screen readers. */
  title: words,
  /** What is shown, of what; smoothing and downsampling are named here. */
  subtitle: words,
  show: figureHeadSchema.prefault({}),
  /** Pixels, 96 to the inch. */
  width: z.int().min(240).max(2400),
  /** Panels in a row where there is room for them; null lets their number decide. */
  columns: z.int().min(1).max(6).nullable().default(null),
  x: figureAxisSchema,
  y: figureAxisSchema,
  panels: z.array(figurePanelSchema).min(1).max(24),
  /** Words for dashed and solid lines and the like, in the head. */
  key: z.array(keySchema).max(60).default([]),
})
export type FigureInput = z.input<typeof figureSchema>
export type Figure = z.output<typeof figureSchema>

/** The figure as one of its panels sees it: with the panel's own horizontal axis. */
export function figureOfPanel(figure: Figure, { x, xTitle }: Pick<FigurePanel, 'x' | 'xTitle'>): Figure {
  return { ...figure, x: { ...(x ?? figure.x), title: xTitleOf(figure, { x, xTitle }) } }
}

export function xTitleOf(figure: Pick<Figure, 'x'>, { x, xTitle }: Pick<FigurePanel, 'x' | 'xTitle'>): string {
  return xTitle ?? x?.title ?? figure.x.title
}

export const figureFormats = ['svg', 'png', 'pdf'] as const
export type FigureFormat = (typeof figureFormats)[number]

/** Pixels of a PNG per inch of print, unless said otherwise. */
export const usualDpi = 288
export const dpiSchema = z.int().min(72).max(1200).default(usualDpi)

/** Widths of print in CSS pixels (96 to the inch), as two-column journals and conferences set them. */
export const paperSizes = [
  { value: 'single', label: 'Single column, 89 mm', width: 336 },
  { value: 'double', label: 'Double column, 183 mm', width: 692 },
  { value: 'slide', label: 'Slide, 250 mm', width: 945 },
] as const
