import type { Recipe } from '../recipe.ts'
import type { TrainingLength } from '../schedule.ts'

/** A way in which the learning rate changes over a training; one file here each. Warm-up comes before it and is not its affair. */
export interface Schedule {
  /** "drops at milestones": for people. */
  readonly words: string
  /**
   * Learning rate of the step that follows `stepsDone` finished ones.
   * @param drops how often the rate was lowered because the validation error no longer fell
   */
  rate(recipe: Recipe, stepsDone: number, length: TrainingLength, drops: number): number
  /**
   * Step counts at which the rate is multiplied by `learningRateFactor`, ascending; none where it is not known before or changes
   * steadily.
   */
  drops(recipe: Recipe, length: TrainingLength): number[]
  /** Whether the rate changes with every step. */
  readonly smooth: boolean
}
