import { z } from 'zod'
import { reportFormats } from '../report/sweep-report.ts'
import { galleryDrawingSchema, galleryFigureSchema, galleryScopeSchema } from '../gallery/gallery.ts'
import { call } from './call.ts'

/** Calls on the paper's figures from own runs, and on reports of sweeps. */
export const galleryCalls = {
  /** Which runs feed which figure, what is missing of it and the sweep that would train that; captions. Nothing is drawn. */
  'gallery.list': call(galleryScopeSchema, z.strictObject({ figures: z.array(galleryFigureSchema) })),
  /** One of these figures as a file's bytes in base64. Refused where it has no runs. */
  'gallery.draw': call(
    galleryDrawingSchema,
    z.strictObject({ content: z.base64(), /** Of letters that no font has. */ warning: z.string().nullable() }),
  ),
  /** A sweep's report as one file, its bytes in base64: HTML that needs nothing else, or A4 pages. */
  'gallery.report': call(
    z.strictObject({ sweepId: z.int(), format: z.enum(reportFormats) }),
    z.strictObject({ content: z.base64(), /** A name for the file. */ name: z.string() }),
  ),
} as const
