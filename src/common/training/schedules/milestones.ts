import type { Recipe } from '../recipe.ts'
import type { TrainingLength } from '../schedule.ts'
import type { Schedule } from './schedule.ts'

/** Multiplies the learning rate at given moments, as in section 4.2: at 32k and 48k of 64k iterations. */
export const milestones: Schedule = {
  words: 'drops at milestones',
  rate: (recipe, stepsDone, length) =>
    recipe.learningRate * recipe.learningRateFactor ** milestoneSteps(recipe, length).filter((milestone) => stepsDone >= milestone).length,
  drops: (recipe, length) => milestoneSteps(recipe, length).filter((milestone) => milestone < length.steps),
  smooth: false,
}

/** Step counts of the milestones, ascending: 32,000 and 48,000 of the paper's 64,000. */
function milestoneSteps(recipe: Pick<Recipe, 'milestones' | 'milestoneUnit'>, { steps, stepsPerEpoch }: TrainingLength): number[] {
  const size = { fraction: steps, iteration: 1, epoch: stepsPerEpoch }[recipe.milestoneUnit]
  return recipe.milestones.map((milestone) => Math.round(milestone * size)).sort((a, b) => a - b)
}
