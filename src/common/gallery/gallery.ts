import { z } from 'zod'
import { analysisRequestSchema } from '../analyses/analysis.ts'
import { dpiSchema, figureFormats, figureHeadSchema } from '../export/figure.ts'
import { sweepSchema } from '../sweep/sweep.ts'
import { runFigureIds } from './run-figures.ts'

/** Figures of the gallery: the paper's seven, and two more of the same numbers. */
export const galleryIds = [...runFigureIds, 'figure-2', 'figure-3', 'figure-5'] as const
export const galleryIdSchema = z.enum(galleryIds)
export type GalleryId = z.infer<typeof galleryIdSchema>

/** tex: pgfplots, for figures of lines; csv: their numbers, or the layers of networks. */
export const galleryFormats = [...figureFormats, 'tex', 'csv'] as const
export type GalleryFormat = (typeof galleryFormats)[number]

/** What a person chose instead of what was found: an experiment by its label, networks by their names. */
const figureChoiceSchema = z.strictObject({
  experiment: z.string().max(2000).optional(),
  networks: z.array(z.string().max(400)).max(200).optional(),
})
export type FigureChoice = z.infer<typeof figureChoiceSchema>

/** Runs that are looked at: those of these sweeps; of all where there is none. */
export const galleryScopeSchema = z.strictObject({
  sweepIds: z.array(z.int()).max(1000).default([]),
  choices: z.partialRecord(galleryIdSchema, figureChoiceSchema).default({}),
  /** Whether the paper's end values stand in grey beside own runs of the same data: Figures 1, 4 and 6, error against depth. */
  published: z.boolean().default(false),
})
export type GalleryScope = z.infer<typeof galleryScopeSchema>

const captionSchema = z.strictObject({ text: z.string(), latex: z.string() })
export type Caption = z.infer<typeof captionSchema>

export const galleryFigureSchema = z.strictObject({
  id: galleryIdSchema,
  /** "Figure 6". */
  name: z.string(),
  words: z.string(),
  /** whole: all of the paper's networks; partial: some, or others; empty: nothing to draw; networks: needs no runs. */
  state: z.enum(['whole', 'partial', 'empty', 'networks']),
  experiment: z.string().nullable(),
  experiments: z.array(z.string()),
  networks: z.array(z.strictObject({ name: z.string(), seeds: z.int(), shown: z.boolean() })),
  missing: z.array(z.string()),
  /** Queues what is missing. */
  sweep: sweepSchema.nullable(),
  /** Runs of which what is drawn was not recorded, and what measures it in those that nothing measures yet; null where none lacks it. */
  unmeasured: z.strictObject({ runs: z.int(), toCome: z.int(), requests: z.array(analysisRequestSchema) }).nullable(),
  /** Where it differs from the paper's figure, in words. */
  deviations: z.array(z.string()),
  caption: captionSchema,
  formats: z.array(z.enum(galleryFormats)),
})
export type GalleryFigure = z.infer<typeof galleryFigureSchema>

export const galleryDrawingSchema = galleryScopeSchema.extend({
  figure: galleryIdSchema,
  format: z.enum(galleryFormats),
  /** Pixels, 96 to the inch. */
  width: z.int().min(240).max(2400).default(692),
  dpi: dpiSchema,
  show: figureHeadSchema.prefault({ title: false, subtitle: false }),
})
