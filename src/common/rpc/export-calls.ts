import { z } from 'zod'
import { csvTables } from '../export/csv-table.ts'
import { figureFormats, figureHeadSchema, figureSchema } from '../export/figure.ts'
import { mapFigureSchema } from '../export/map-figure.ts'
import { networkDesignSchema } from '../network/design.ts'
import { diagramParts } from '../paper/diagrams.ts'
import { exportedWeightsSchema, weightsExportSchema } from './weights-export.ts'
import { weightImportSchema, weightInspectionSchema } from './weights.ts'
import { call, runIds } from './call.ts'

/** Calls on figures, tables and weights, out and in. */
export const exportCalls = {
  /** A figure of lines, or of heat maps, as a file's bytes in base64: print-ready, fonts embedded. */
  'exports.figure': call(
    z.strictObject({ figure: z.union([figureSchema, mapFigureSchema]), format: z.enum(figureFormats) }),
    z.strictObject({ content: z.base64(), /** Of letters that no font has. */ warning: z.string().nullable() }),
  ),
  /** Networks side by side, as in the paper's Fig. 3, or a block of each, as in Fig. 5. Width in pixels. */
  'exports.networks': call(
    z.strictObject({
      designs: z.array(networkDesignSchema).min(1).max(6),
      part: z.enum(diagramParts).default('networks'),
      width: z.int().min(240).max(2400),
      format: z.enum(figureFormats),
      show: figureHeadSchema.prefault({}),
    }),
    z.strictObject({ content: z.base64() }),
  ),
  /** What a finished evaluation says of each image, as RFC 4180 text. */
  'exports.predictions': call(z.strictObject({ evaluationId: z.int() }), z.strictObject({ text: z.string(), rows: z.int() })),
  /** RFC 4180 text; refused when it would be too large for a message. */
  'exports.csv': call(z.strictObject({ table: z.enum(csvTables), runIds }), z.strictObject({ text: z.string(), rows: z.int() })),
  /** Weights of a checkpoint in files for other programs, with a card that says what they are; the engine writes them, whole or not. */
  'exports.weights': call(weightsExportSchema, exportedWeightsSchema),

  /** What is in a file of weights, and what its import would make of it; nothing is written. */
  'weights.inspect': call(weightImportSchema, weightInspectionSchema),
  /** Makes a finished run of a file's weights. Refused where something does not fit. */
  'weights.import': call(weightImportSchema, z.strictObject({ runId: z.int() })),
} as const
