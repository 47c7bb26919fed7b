import { z } from 'zod'
import { networkDesignSchema } from '../network/design.ts'
import { recipeSchema } from '../training/recipe.ts'

/** How a signal and its gradient pass through a network before it is trained. */

/** Null where it is not a finite number. */
const measured = z.number().nullable()

const layerSchema = z.strictObject({
  /** A weighted layer of the main path, and how many weighted layers stand before it and with it. */
  layer: z.string(),
  depth: z.int().min(1),
  /** Standard deviation of its response: behind BN, before addition and ReLU. */
  std: measured,
  /** Root mean square over images of the norm of one image's loss gradient with respect to the response. */
  gradientNorm: measured,
  /** Norms of its weights and of the mean loss's gradient with respect to them. */
  weightNorm: measured,
  weightGradientNorm: measured,
})

const blockSchema = z.strictObject({
  block: z.string(),
  depth: z.int(),
  /** Of what the block hands on. */
  std: measured,
  gradientNorm: measured,
})

const rectifierSchema = z.strictObject({
  layer: z.string(),
  /** Share of outputs that are zero, 0 to 1. */
  zeros: measured,
  /** Share of channels that are zero at every position of every image, 0 to 1. */
  dead: measured,
})

export const propagationSchema = z.strictObject({
  /** Weighted layers from the images to the scores. */
  layers: z.array(layerSchema).min(1),
  /** Outputs of blocks, the stem's first. */
  blocks: z.array(blockSchema),
  rectifiers: z.array(rectifierSchema),
  /** Mean cross-entropy of each of the first steps, before its update, in nats; the last may be that which is no number. */
  losses: z.array(measured),
  /** Of the first step. */
  learningRate: z.number(),
  classes: z.int().min(2),
  /** What went through: images of the data set, or noise where it is not there. */
  images: z.strictObject({ source: z.enum(['data', 'noise']), count: z.int(), batchSize: z.int(), stepBatchSize: z.int() }),
  seed: z.int(),
  elapsedMs: z.number(),
})
export type PropagationReport = z.infer<typeof propagationSchema>

/** Steps that are tried unless asked otherwise, and at most. */
const usualTrialSteps = 10
const mostTrialSteps = 100

/** A design that is looked at before it is queued. */
export const propagationRequestSchema = z.strictObject({
  network: networkDesignSchema,
  recipe: recipeSchema,
  /** Name of a data set of the workspace; null, or one that is not there: noise goes through. */
  dataset: z.string().nullable().default(null),
  seed: z.int().min(0).max(0x7fffffff).default(1),
  /** Steps of training that are tried; 0 for none. */
  steps: z.int().min(0).max(mostTrialSteps).default(usualTrialSteps),
})
export type PropagationRequest = z.output<typeof propagationRequestSchema>
