import { z } from 'zod'
import { defaultArchitecture } from '../network/architectures/architectures.ts'
import { networkDesignSchema } from '../network/design.ts'
import { fieldsWithoutEffect, recipeSchema, withoutLaterDefaults } from './recipe.ts'

/** Weights that a run starts from: a checkpoint that the workspace keeps under its hash. */
export const initialWeightsSchema = z.strictObject({
  /** Of the run they came from, for people: "residual-20 A, seed 1 (run 12, epoch 30)". */
  name: z.string(),
  /** Of the checkpoint's file. */
  sha256: z.string().regex(/^[0-9a-f]{64}$/),
})
export type InitialWeights = z.infer<typeof initialWeightsSchema>

/** Tells runs that start from weights apart in their names: ", from run 12, epoch 30"; nothing for those whose weights are drawn. */
export function startInName(initialWeights: InitialWeights | undefined): string {
  if (!initialWeights) return ''
  const { name, sha256 } = initialWeights
  return `, from ${/\((run \d+(?:, epoch \d+)?)\)$/.exec(name)?.[1] ?? `weights ${sha256.slice(0, 8)}`}`
}

/** All that determines a run's numbers, but for the precision that `auto` becomes on a machine; the run's device tells that. */
export const runSettingsSchema = z.strictObject({
  network: networkDesignSchema,
  dataset: z.strictObject({
    name: z.string(),
    /** The manifest's checksum at the time of queueing. */
    checksum: z.string(),
  }),
  recipe: recipeSchema,
  /** Seed of initialisation, order and augmentation. */
  seed: z.int().min(0).max(0x7fffffff),
  /** Left out where all weights are drawn from the seed. */
  initialWeights: initialWeightsSchema.optional(),
})
export type RunSettings = z.infer<typeof runSettingsSchema>

/**
 * Text that is equal for equal settings: keys sorted, fields of the recipe that change no number left out. Runs of 0.1 and 0.2 do not
 * name their architecture, which was cifar: left out, they keep their hashes. So do fields of a recipe that came later. Of initial
 * weights the numbers count, not their name.
 */
export function canonicalSettings(settings: RunSettings): string {
  const recipe = Object.fromEntries(
    Object.entries(withoutLaterDefaults(settings.recipe)).filter(([field]) => !fieldsWithoutEffect.has(field)),
  )
  const { architecture, ...design } = settings.network
  const network = architecture === defaultArchitecture ? design : settings.network
  const { initialWeights, ...drawn } = settings
  return JSON.stringify(sortKeys({ ...drawn, network, recipe, ...(initialWeights && { initialWeights: initialWeights.sha256 }) }))
}

function sortKeys(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sortKeys)
  if (value === null || typeof value !== 'object') return value
  return Object.fromEntries(
    Object.entries(value)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([key, inner]) => [key, sortKeys(inner)]),
  )
}
