import { counted } from '../../../../common/counted.ts'
import type { Recipe } from '../../../../common/training/recipe.ts'
import type { StepReport } from '../../backend/backend.ts'
import type { TrainingPosition } from '../../checkpoint/checkpoint.ts'

/** Says why a step shows that the run has diverged, or null. */
export function divergenceOfStep(report: StepReport, maximumLoss: number, step: number, learningRate: number): string | null {
  if (!Number.isFinite(report.loss)) return `the loss is not a number at step ${step} (learning rate ${learningRate})`
  if (report.loss <= maximumLoss) return null
  return `the loss is ${report.loss.toPrecision(4)} at step ${step}, above the bound of ${maximumLoss} (learning rate ${learningRate})`
}

/** Training error (0 to 1) above which an epoch has learned nothing. */
export function chanceLevel(classes: number): number {
  return 0.98 * (1 - 1 / classes)
}

/** Says that the run has learned nothing for as many epochs as the recipe bears, or null. */
export function stuckAtChance({ chanceEpochs }: TrainingPosition, recipe: Pick<Recipe, 'chanceEpochs'>, classes: number): string | null {
  if (recipe.chanceEpochs === 0 || chanceEpochs < recipe.chanceEpochs) return null
  return `stuck at chance: the training error was above ${(100 * chanceLevel(classes)).toFixed(1)} % for ${counted(chanceEpochs, 'epoch')}`
}
