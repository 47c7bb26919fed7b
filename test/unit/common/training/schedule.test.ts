import { describe, expect, it } from 'vitest'
import { builtInRecipes, resolveRecipe } from '../../../../src/common/training/recipes.ts'
import { recipeSchema } from '../../../../src/common/training/recipe.ts'
import { stepsPerEpoch, totalEpochs, totalSteps, warmUpGoesOn, warmUpWindow } from '../../../../src/common/training/schedule.ts'
import { learningRateAt, learningRateDrops } from '../../../../src/common/training/schedules/schedules.ts'

const length = { steps: 64_000, stepsPerEpoch: 351 }
const steady = { warming: false, drops: 0 }

describe('the paper’s recipe', () => {
  const recipe = resolveRecipe('paper-cifar10')

  it('the paper’s recipe is section 4.2 to the letter', () => {
    expect(recipe).toMatchObject({
      batchSize: 128,
      iterations: 64_000,
      epochs: null,
      learningRate: 0.1,
      momentum: 0.9,
      weightDecay: 1e-4,
      cropPadding: 4,
      flip: true,
      validationSize: 5_000,
      normalization: 'per-pixel-mean',
    })
    expect(totalSteps(recipe, 45_000)).toBe(64_000)
    expect(learningRateDrops(recipe, length)).toEqual([32_000, 48_000])
    expect(stepsPerEpoch(recipe, 45_000)).toBe(351)
    expect(totalEpochs(recipe, 45_000)).toBe(183)
  })

  it('the paper’s recipe divides the learning rate by 10 exactly after 32,000 and 48,000 steps', () => {
    const rate = (stepsDone: number) => learningRateAt(recipe, stepsDone, length, steady)
    expect([0, 31_999, 32_000, 47_999, 48_000, 63_999].map(rate)).toEqual([0.1, 0.1, 0.01, 0.01, 0.001, 0.001])
  })
})

describe('the warm-up of 110 layers and more', () => {
  const recipe = resolveRecipe('paper-cifar10', { warmupLearningRate: 0.01 })

  it('the warm-up of 110 layers and more trains at 0.01 until the recent training error is below 80 %', () => {
    expect(learningRateAt(recipe, 0, length, { warming: true, drops: 0 })).toBe(0.01)
    expect(learningRateAt(recipe, 400, length, steady)).toBe(0.1)
    expect(warmUpGoesOn(recipe, Array<number>(warmUpWindow - 1).fill(0))).toBe(true)
    expect(warmUpGoesOn(recipe, Array<number>(warmUpWindow).fill(0.81))).toBe(true)
    expect(warmUpGoesOn(recipe, Array<number>(warmUpWindow).fill(0.79))).toBe(false)
  })

  it('the warm-up of 110 layers and more never starts without a warm-up rate', () => {
    expect(warmUpGoesOn(resolveRecipe('paper-cifar10'), [])).toBe(false)
  })
})

describe('recipes', () => {
  it('recipes are all valid and carry their own names', () => {
    for (const [name, { recipe }] of builtInRecipes) {
      expect(recipeSchema.parse(recipe)).toEqual(recipe)
      expect(recipe.name).toBe(name)
    }
  })

  it('recipes take epochs in place of iterations and the other way round', () => {
    expect(resolveRecipe('paper-cifar10', { epochs: 3 })).toMatchObject({ epochs: 3, iterations: null })
    expect(resolveRecipe('cifar10-30', { iterations: 70 })).toMatchObject({ epochs: null, iterations: 70 })
    expect(() => resolveRecipe('demo', { epochs: null })).toThrow(/either epochs or iterations/)
  })

  it('recipes explain an unknown name by the nearest one and a bad value by what was expected', () => {
    expect(() => resolveRecipe('cifar-10-30')).toThrow(/did you mean "cifar10-30"/)
    expect(() => resolveRecipe('demo', { weightdecay: 0 })).toThrow(/Unknown recipe setting "weightdecay"; did you mean "weightDecay"/)
    expect(() => resolveRecipe('demo', { momentum: 2 })).toThrow(/^Momentum \(--set momentum=\.\.\.\): expected less than 1; got 2/)
    expect(() => resolveRecipe('demo', { flip: 'yes' })).toThrow(/Mirror half \(--set flip=\.\.\.\): expected true or false; got "yes"/)
  })
})
