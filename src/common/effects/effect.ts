import { z } from 'zod'
import { familySchema } from '../network/families/families.ts'
import { smallestEffect } from '../results/smallest-effect.ts'
import { splitSchema } from '../results/splits.ts'
import { testMethods } from './difference-test.ts'

/**
 * depth: two depths of one variant; family: two families at one depth, plain against residual first; shortcut: two shortcut options of
 * one family at one depth.
 */
export const effectKinds = ['depth', 'family', 'shortcut'] as const
export const effectKindSchema = z.enum(effectKinds)
export type EffectKind = z.infer<typeof effectKindSchema>

/** Probability of a false finding that is accepted in all comparisons of an experiment together. */
export const familywiseError = 0.05

/** What is compared, beside the runs. */
export const effectRequestSchema = z.strictObject({
  by: z
    .array(effectKindSchema)
    .min(1)
    .default([...effectKinds]),
  split: splitSchema.default('test'),
  /** Smallest difference that counts, a fraction. */
  smallest: z.number().positive().max(1).default(smallestEffect),
})

/**
 * higher, lower: beyond chance, corrected for all comparisons; negligible: the 95 % interval holds no difference as large as the smallest
 * that counts; open: neither; untested: too few seeds, or seeds that do not spread.
 */
const effectRelations = ['higher', 'lower', 'negligible', 'open', 'untested'] as const
export type EffectRelation = (typeof effectRelations)[number]

/** One network in a comparison. Errors are fractions, at the last epoch of finished runs. */
const effectSideSchema = z.strictObject({
  /** "residual-56 A". */
  network: z.string(),
  family: familySchema,
  /** "residual A". */
  variant: z.string(),
  /** Weighted layers. */
  layers: z.int(),
  /** Seeds that the test takes. */
  seeds: z.int(),
  mean: z.number(),
  std: z.number().nullable(),
})
export type EffectSide = z.infer<typeof effectSideSchema>

export const effectSchema = z.strictObject({
  kind: effectKindSchema,
  /** "plain, 20 to 56 layers". */
  name: z.string(),
  from: effectSideSchema,
  to: effectSideSchema,
  method: z.enum(testMethods),
  /** Mean of `to` minus mean of `from`, a fraction. */
  difference: z.number(),
  /** Half width of its 95 % interval, of this comparison by itself. */
  interval: z.number().nullable(),
  freedom: z.number().nullable(),
  pValue: z.number().nullable(),
  /** How often the comparison could be tested anew as its seeds came in, sweep after sweep; 1 or more. */
  looks: z.int(),
  /** Times the looks (Bonferroni), then corrected by Holm's method for all comparisons of the table. */
  correctedPValue: z.number().nullable(),
  hedgesG: z.number().nullable(),
  signFlipPValue: z.number().nullable(),
  relation: z.enum(effectRelations),
  /** Seeds that each of the two networks should have in addition; 0 when it is settled, null when more than 20 or unknown. */
  moreSeeds: z.int().nullable(),
  /** The finding in words. */
  words: z.string(),
})
export type Effect = z.infer<typeof effectSchema>

/** All comparisons of one experiment that were asked for, corrected together. */
export const effectTableSchema = z.strictObject({
  /** Of the experiment. */
  label: z.string(),
  split: splitSchema,
  smallest: z.number(),
  effects: z.array(effectSchema),
  /** How to read it, and what is not in it. */
  notes: z.array(z.string()),
})
export type EffectTable = z.infer<typeof effectTableSchema>
