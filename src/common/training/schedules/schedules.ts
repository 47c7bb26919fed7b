import type { Recipe } from '../recipe.ts'
import { cosine } from './cosine.ts'
import { milestones } from './milestones.ts'
import { oneCycle } from './one-cycle.ts'
import { plateau } from './plateau.ts'
import type { TrainingLength } from '../schedule.ts'
import type { Schedule } from './schedule.ts'

const table: Readonly<Record<Recipe['schedule'], Schedule>> = { milestones, plateau, cosine, 'one-cycle': oneCycle }

export function scheduleOf({ schedule }: Pick<Recipe, 'schedule'>): Schedule {
  return table[schedule]
}

/** What the learning rate depends on besides the step: states of the run, stored in its checkpoints. */
export interface RateState {
  /** Whether the warm-up until an error lasts; see `warmUpGoesOn`. */
  readonly warming: boolean
  /** How often the plateau schedule has lowered the rate. */
  readonly drops: number
}

/** Learning rate of the step that follows `stepsDone` finished ones. */
export function learningRateAt(recipe: Recipe, stepsDone: number, length: TrainingLength, { warming, drops }: RateState): number {
  const { warmupLearningRate, warmupIterations, learningRate } = recipe
  if (stepsDone < warmupIterations) return rounded(warmupLearningRate ?? (learningRate * (stepsDone + 1)) / warmupIterations)
  if (warming && warmupIterations === 0 && warmupLearningRate !== null) return warmupLearningRate
  return rounded(scheduleOf(recipe).rate(recipe, stepsDone, length, drops))
}

/** Step counts at which the rate is multiplied by `learningRateFactor`, as far as they are known before the training. */
export function learningRateDrops(recipe: Recipe, length: TrainingLength): number[] {
  return scheduleOf(recipe).drops(recipe, length)
}

/** 0.0005 and not 0.0005000000000000001, in the program and in every table; fp32 holds eight digits. */
function rounded(rate: number): number {
  return Number(rate.toPrecision(12))
}
