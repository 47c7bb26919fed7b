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

/** Of several checkpoints of runs, for kinds whose results are a few thousand numbers of each. */
export const mostCheckpoints = { most: 200 }

/** Among several checkpoints the initial weights are that of epoch 0, once a run. */
export function withoutInitial<O extends { readonly initial: boolean }>(options: O): O {
  return { ...options, initial: false }
}

/** Memory of a pass whose layers are watched one by one, over that of a training step. */
export const watchedPassFactor = 1.6

/** "at initialisation", "after epoch 12" */
export function weightsOf(weights: ComparedWeights, epoch: number): string {
  return weights === 'initial' ? 'at initialisation' : epoch === 0 ? 'as given' : `after epoch ${epoch}`
}

/** The same of several runs: "after epoch 12", "after epochs 8 to 12". */
export function weightsOfAll(weights: ComparedWeights, epochs: readonly number[]): string {
  const trained = epochs.filter((epoch) => epoch > 0)
  return weights === 'trained' && trained.length > 0 ? `after ${epochsText(trained)}` : weightsOf(weights, 0)
}

/** "epoch 12", "epochs 8 to 12": never the last of runs that differ for all of them. @param epochs one or more */
export function epochsText(epochs: readonly number[]): string {
  const [least, most] = [Math.min(...epochs), Math.max(...epochs)]
  return least === most ? `epoch ${most}` : `epochs ${least} to ${most}`
}
