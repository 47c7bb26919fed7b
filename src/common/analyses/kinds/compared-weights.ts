import { z } from 'zod'

/** Which weights of a run were looked at: those it started from, or those of the analysed checkpoint. */
export const comparedWeights = ['initial', 'trained'] as const
export const weightsSchema = z.enum(comparedWeights)
export type ComparedWeights = z.infer<typeof weightsSchema>

/** Option of kinds that look at the initial weights, too. */
export const withInitial = z.boolean().default(true).meta({
  title: 'At initialisation, too',
  description: 'whether the weights that the run started from are looked at beside the checkpoint’s',
})

/** Memory of a pass whose layers are watched one by one, over that of a training step. */
export const watchedPassFactor = 1.6

/** "as drawn", "after epoch 12" */
export function weightsOf(weights: ComparedWeights, epoch: number): string {
  return weights === 'initial' ? 'at initialisation' : epoch === 0 ? 'as given' : `after epoch ${epoch}`
}
