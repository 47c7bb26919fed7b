import { describe, expect, it } from 'vitest'
import { resolveRecipe } from '../../../../../src/common/training/recipes.ts'
import { chanceLevel, divergenceOfStep, stuckAtChance } from '../../../../../src/main/worker/jobs/train/divergence.ts'
import { addStep, closeEpoch, firstPosition, trainingResult } from '../../../../../src/main/worker/jobs/train/position.ts'

const recipe = resolveRecipe('paper-cifar10')
const report = (loss: number, error = 0.5) => ({ loss, error, gradientNorm: 1 })

describe('divergence', () => {
  it('divergence is a loss that is no number or above the bound, and names step and learning rate', () => {
    expect(divergenceOfStep(report(Number.NaN), 10, 3, 0.1)).toBe('the loss is not a number at step 3 (learning rate 0.1)')
    expect(divergenceOfStep(report(Infinity), 10, 3, 0.1)).toBe('the loss is not a number at step 3 (learning rate 0.1)')
    expect(divergenceOfStep(report(12.5), 10, 3, 0.1)).toBe('the loss is 12.50 at step 3, above the bound of 10 (learning rate 0.1)')
    expect(divergenceOfStep(report(10), 10, 3, 0.1)).toBeNull()
  })

  it('divergence is as many epochs in a row at chance as the recipe bears, never with 0', () => {
    const position = firstPosition({ warmupLearningRate: null }, 'hash')
    closeEpoch(position, recipe, { wasAtChance: true, error: 0.9, elapsedMs: 10 })
    expect(stuckAtChance(position, { chanceEpochs: 2 }, 10)).toBeNull()
    closeEpoch(position, recipe, { wasAtChance: true, error: 0.9, elapsedMs: 10 })
    expect(stuckAtChance(position, { chanceEpochs: 2 }, 10)).toBe('stuck at chance: the training error was above 88.2 % for 2 epochs')
    expect(stuckAtChance(position, { chanceEpochs: 0 }, 10)).toBeNull()
    closeEpoch(position, recipe, { wasAtChance: false, error: 0.5, elapsedMs: 10 })
    expect(stuckAtChance(position, { chanceEpochs: 1 }, 10)).toBeNull()
    expect(chanceLevel(2)).toBeCloseTo(0.49)
  })
})

describe('a position', () => {
  it('a position sums the steps of its epoch and begins anew with the next, counting steps on', () => {
    const position = firstPosition({ warmupLearningRate: 0.01 }, 'hash')
    addStep(position, report(2, 0.5))
    addStep(position, report(1, 0.25))
    expect(trainingResult(position)).toEqual({ loss: 1.5, topOneError: 0.375 })
    closeEpoch(position, recipe, { wasAtChance: false, error: 0.5, elapsedMs: 10 })
    expect(position).toMatchObject({ step: 2, epoch: 1, epochSteps: 0, epochLossSum: 0, epochErrorSum: 0, recentErrors: [0.5, 0.25] })
  })

  it('a position keeps errors of steps only while it warms up, and no more of them than the window holds', () => {
    const position = firstPosition({ warmupLearningRate: 0.01 }, 'hash')
    for (let step = 0; step < 60; step++) addStep(position, report(1, step))
    expect(position.recentErrors).toEqual(Array.from({ length: 50 }, (_, index) => index + 10))
    const unwarmed = firstPosition({ warmupLearningRate: null }, 'hash')
    addStep(unwarmed, report(1))
    expect(unwarmed.recentErrors).toEqual([])
  })
})
