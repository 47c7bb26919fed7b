import { z } from 'zod'
import { figureHeadSchema } from './figure.ts'

/**
 * A figure of heat maps as data, beside that of lines: panels with values on a grid and one scale of colours for all of them. What the
 * page shows and what the exporter draws are this one description.
 */
const words = z.string().max(400)

/** Cells from left to right, or upwards. */
const mapAxisSchema = z.strictObject({
  /** With its unit. */
  title: words,
  /** What the centres of the first and of the last cell stand for. */
  first: z.number(),
  last: z.number(),
  /** Marks instead of round numbers: layers' names, depths that were trained. */
  ticks: z
    .array(z.strictObject({ at: z.number(), label: words }))
    .max(100)
    .nullable()
    .default(null),
  /** Thin lines between cells, such as those between stages, in the axis's units. */
  borders: z.array(z.number()).max(100).default([]),
})
export type MapAxis = z.output<typeof mapAxisSchema>

/** Most cells of a panel's row or column: a 1202-layer net is a row. */
const mostCells = 1500

const mapPanelSchema = z.strictObject({
  /** Empty for a figure of one panel that needs none. */
  title: words,
  x: mapAxisSchema,
  y: mapAxisSchema,
  /** [rows][columns], the lowest row first; null is no number. */
  values: z.array(z.array(z.number().nullable()).min(1).max(mostCells)).min(1).max(mostCells),
  /** Points to mark with a small cross, in the axes' units. */
  marks: z
    .array(z.strictObject({ x: z.number(), y: z.number() }))
    .max(20)
    .default([]),
})
export type MapPanel = z.output<typeof mapPanelSchema>

export const mapFigureSchema = z.strictObject({
  kind: z.literal('map'),
  title: words,
  subtitle: words,
  show: figureHeadSchema.prefault({}),
  /** Pixels, 96 to the inch. */
  width: z.int().min(240).max(2400),
  /** Panels in a row where there is room for them; null lets their number decide. */
  columns: z.int().min(1).max(6).nullable().default(null),
  panels: z.array(mapPanelSchema).min(1).max(24),
  colour: z.strictObject({ title: words, min: z.number(), max: z.number(), logarithmic: z.boolean().default(false) }),
  /** Cells are coloured; else lines alone are drawn. */
  filled: z.boolean().default(true),
  /** Values along which a line is drawn. */
  levels: z.array(z.number()).max(40).default([]),
})
export type MapFigureInput = z.input<typeof mapFigureSchema>
export type MapFigure = z.output<typeof mapFigureSchema>
