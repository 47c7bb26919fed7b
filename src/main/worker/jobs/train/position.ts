import type { SplitResult } from '../../../../common/records/records.ts'
import type { Recipe } from '../../../../common/training/recipe.ts'
import { warmUpWindow } from '../../../../common/training/schedule.ts'
import type { StepReport } from '../../backend/backend.ts'
import type { TrainingPosition } from '../../checkpoint/checkpoint.ts'

/** Tells where a run stands before its first step. */
export function firstPosition(recipe: Pick<Recipe, 'warmupLearningRate'>, settingsHash: string): TrainingPosition {
  return {
    step: 0,
    epoch: 0,
    epochSteps: 0,
    epochLossSum: 0,
    epochErrorSum: 0,
    epochElapsedMs: 0,
    warming: recipe.warmupLearningRate !== null,
    recentErrors: [],
    chanceEpochs: 0,
    best: null,
    settingsHash,
  }
}

/** Moves on by one step. */
export function addStep(position: TrainingPosition, report: StepReport): void {
  position.step++
  position.epochSteps++
  position.epochLossSum += report.loss
  position.epochErrorSum += report.error
  if (position.warming) position.recentErrors = [...position.recentErrors, report.error].slice(-warmUpWindow)
}

/** Takes means over the running epoch's own steps; NaN before the first one. */
export function trainingResult(position: TrainingPosition): SplitResult {
  return { loss: position.epochLossSum / position.epochSteps, error: position.epochErrorSum / position.epochSteps }
}

/** Moves on to the next epoch. */
export function closeEpoch(position: TrainingPosition, wasAtChance: boolean): void {
  const chanceEpochs = wasAtChance ? position.chanceEpochs + 1 : 0
  Object.assign(position, { epoch: position.epoch + 1, epochSteps: 0, epochLossSum: 0, epochErrorSum: 0, epochElapsedMs: 0, chanceEpochs })
}
