import type { Recipe } from './recipe.ts'

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

/** Step counts after which the learning rate is multiplied: 32,000 and 48,000 of the paper's 64,000. */
export function milestoneSteps(recipe: Pick<Recipe, 'milestones'>, steps: number): number[] {
  return recipe.milestones.map((fraction) => Math.round(fraction * steps)).sort((a, b) => a - b)
}

/**
 * Learning rate of the step that follows `stepsDone` finished ones.
 * @param warming true while the warm-up of section 4.2 lasts; see {@link warmUpGoesOn}
 */
export function learningRateAt(recipe: Recipe, stepsDone: number, steps: number, warming: boolean): number {
  if (warming && recipe.warmupLearningRate !== null) return recipe.warmupLearningRate
  const drops = milestoneSteps(recipe, steps).filter((milestone) => stepsDone >= milestone).length
  // 0.0005 and not 0.0005000000000000001, in the program and in every table; fp32 holds eight digits.
  return Number((recipe.learningRate * recipe.learningRateFactor ** drops).toPrecision(12))
}

/** Steps over which the warm-up's error is averaged; a state of the run, stored in its checkpoints. */
export const warmUpWindow = 50

/**
 * Whether the warm-up lasts after a step: until the mean training error over the last `warmUpWindow` steps
 * is below the recipe's bound.
 * @param recentErrors errors (0 to 1) of the latest steps, newest last
 */
export function warmUpGoesOn(recipe: Recipe, recentErrors: readonly number[]): boolean {
  if (recipe.warmupLearningRate === null) return false
  if (recentErrors.length < warmUpWindow) return true
  const mean = recentErrors.reduce((sum, error) => sum + error, 0) / recentErrors.length
  return mean >= recipe.warmupUntilError
}
