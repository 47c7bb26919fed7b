import type { Recipe } from './recipe.ts'

/** How long a training is. */
export interface TrainingLength {
  readonly steps: number
  readonly stepsPerEpoch: number
}

/** Whole batches in one pass; the images left over are others in every epoch. At least one. */
export function stepsPerEpoch(recipe: Pick<Recipe, 'batchSize'>, trainingImages: number): number {
  return Math.max(1, Math.floor(trainingImages / recipe.batchSize))
}

/** Steps of the whole training. */
export function totalSteps(recipe: Pick<Recipe, 'batchSize' | 'epochs' | 'iterations'>, trainingImages: number): number {
  return recipe.iterations ?? (recipe.epochs ?? 1) * stepsPerEpoch(recipe, trainingImages)
}

/** Epochs of the whole training, the last one possibly short. */
export function totalEpochs(recipe: Pick<Recipe, 'batchSize' | 'epochs' | 'iterations'>, trainingImages: number): number {
  return Math.ceil(totalSteps(recipe, trainingImages) / stepsPerEpoch(recipe, trainingImages))
}

/** Length of a run's training. Where iterations end it within an epoch and no epoch is over yet, the steps of an epoch are nearly right. */
export function trainingLength({ totalSteps: steps, totalEpochs: epochs, lastEpoch }: LengthFacts): TrainingLength {
  const whole = lastEpoch && lastEpoch.epoch < epochs ? lastEpoch.step / lastEpoch.epoch : steps / epochs
  return { steps, stepsPerEpoch: whole }
}
interface LengthFacts {
  readonly totalSteps: number
  readonly totalEpochs: number
  readonly lastEpoch?: { readonly epoch: number; readonly step: number } | null
}

/** Steps over which the warm-up's error is averaged; a state of the run, stored in its checkpoints. */
export const warmUpWindow = 50

/**
 * Whether the warm-up lasts after a step: until the mean training error over the last `warmUpWindow` steps
 * is below the recipe's bound.
 * @param recentErrors errors (0 to 1) of the latest steps, newest last
 */
export function warmUpGoesOn(recipe: Recipe, recentErrors: readonly number[]): boolean {
  if (recipe.warmupLearningRate === null || recipe.warmupIterations > 0) return false
  if (recentErrors.length < warmUpWindow) return true
  const mean = recentErrors.reduce((sum, error) => sum + error, 0) / recentErrors.length
  return mean >= recipe.warmupUntilError
}
