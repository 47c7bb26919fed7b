import type { SplitResult } from '../../../../common/results/metrics.ts'
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
    lowestError: null,
    epochsSinceLowest: 0,
    learningRateDrops: 0,
    plateauEpochs: 0,
    trainedMs: 0,
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
  return { loss: position.epochLossSum / position.epochSteps, topOneError: position.epochErrorSum / position.epochSteps }
}

/** What an epoch ended with. */
export interface EpochEnd {
  /** Whether the training error was at chance level. */
  readonly wasAtChance: boolean
  /** Validation error, or test error without validation images. */
  readonly error: number
  /** All attempts. */
  readonly elapsedMs: number
}

type EpochSettings = Pick<Recipe, 'schedule' | 'plateauEpochs' | 'timeLimitMinutes'>

/** Moves on to the next epoch. */
export function closeEpoch(position: TrainingPosition, recipe: EpochSettings, end: EpochEnd): void {
  position.epoch++
  // Only where it decides something: checkpoints are else equal to the byte, however long an epoch took.
  if (recipe.timeLimitMinutes !== null) position.trainedMs += end.elapsedMs
  Object.assign(position, { epochSteps: 0, epochLossSum: 0, epochErrorSum: 0, epochElapsedMs: 0 })
  position.chanceEpochs = end.wasAtChance ? position.chanceEpochs + 1 : 0
  const isLower = position.lowestError === null || end.error < position.lowestError
  if (isLower) position.lowestError = end.error
  position.epochsSinceLowest = isLower ? 0 : position.epochsSinceLowest + 1
  position.plateauEpochs = isLower ? 0 : position.plateauEpochs + 1
  if (recipe.schedule === 'plateau' && position.plateauEpochs >= recipe.plateauEpochs) {
    position.learningRateDrops++
    position.plateauEpochs = 0
  }
}
