import { expect, it } from 'vitest'
import { resolveRecipe } from '../../../../src/common/training/recipes.ts'
import { canonicalSettings } from '../../../../src/common/training/run-settings.ts'
import { learningRateAt, learningRateDrops, type RateState } from '../../../../src/common/training/schedules/schedules.ts'
import { networkDesignSchema } from '../../../../src/common/network/design.ts'

const steady: RateState = { warming: false, drops: 0 }
const rates = (set: Record<string, unknown>, steps: readonly number[], length = { steps: 20, stepsPerEpoch: 5 }, state = steady) => {
  const recipe = resolveRecipe('cifar10-10', set)
  return steps.map((step) => learningRateAt(recipe, step, length, state))
}

it('Milestones may be fractions of the training, iterations or epochs, and mean the same steps', () => {
  const same = [0.1, 0.1, 0.01, 0.01, 0.001]
  const steps = [0, 9, 10, 14, 15]
  expect(rates({ milestones: [0.5, 0.75] }, steps)).toEqual(same)
  expect(rates({ milestones: [10, 15], milestoneUnit: 'iteration' }, steps)).toEqual(same)
  expect(rates({ milestones: [3, 2], milestoneUnit: 'epoch' }, steps)).toEqual(same)
})

it('Milestones behind the end of the training drop nothing and are not drawn', () => {
  const recipe = resolveRecipe('cifar10-10', { milestones: [2, 40], milestoneUnit: 'epoch' })
  expect(learningRateDrops(recipe, { steps: 20, stepsPerEpoch: 5 })).toEqual([10])
})

it('The one-cycle schedule has the rates of PyTorch’s OneCycleLR(max_lr=0.1, total_steps=20, pct_start=0.3)', () => {
  const pytorch = [
    0.004, 0.01316718427, 0.03716718427, 0.06683281573, 0.09083281573, 0.1, 0.0987464006235, 0.0950484632013, 0.0890916177571,
    0.081174565395, 0.0716943001791, 0.0611262021936, 0.0500002, 0.0388741978064, 0.0283060998209, 0.018825834605, 0.0109087822429,
    0.00495193679865, 0.00125399937649, 4e-7,
  ]
  rates({ schedule: 'one-cycle' }, [...pytorch.keys()]).forEach((rate, step) => expect(rate).toBeCloseTo(pytorch[step]!, 12))
})

it('The cosine schedule is half a wave from the learning rate to the lowest one, and starts behind the warm-up', () => {
  expect(rates({ schedule: 'cosine' }, [0, 5, 10, 20])).toEqual([0.1, 0.0853553390593, 0.05, 0])
  expect(rates({ schedule: 'cosine', minimumLearningRate: 0.02, warmupIterations: 4 }, [4, 12, 20])).toEqual([0.1, 0.06, 0.02])
})

it('The plateau schedule multiplies the rate as often as the error has stopped falling, down to the lowest rate', () => {
  const at = (drops: number) => rates({ schedule: 'plateau', minimumLearningRate: 0.0005 }, [7], undefined, { warming: false, drops })[0]
  expect([0, 1, 2, 3].map(at)).toEqual([0.1, 0.01, 0.001, 0.0005])
})

it('A warm-up of n iterations rises evenly to the learning rate, or stays at the warm-up rate where one is given', () => {
  expect(rates({ warmupIterations: 4 }, [0, 1, 2, 3, 4])).toEqual([0.025, 0.05, 0.075, 0.1, 0.1])
  const held = { warmupIterations: 4, warmupLearningRate: 0.01 }
  expect(rates(held, [0, 3, 4], undefined, { warming: true, drops: 0 })).toEqual([0.01, 0.01, 0.1])
})

it('A recipe whose settings do not go together is refused with what was expected', () => {
  expect(() => resolveRecipe('demo', { milestones: [2] })).toThrow('expected fractions of training, below 1')
  expect(() => resolveRecipe('demo', { schedule: 'one-cycle', warmupIterations: 10 })).toThrow('expected no warm-up beside the one-cycle')
  expect(() => resolveRecipe('demo', { batchSize: 64, microBatchSize: 24 })).toThrow(
    'Micro-batch size (--set microBatchSize=...): expected a divisor of batchSize, so that all parts of a batch are equal; got 24.',
  )
  expect(() => resolveRecipe('demo', { schedule: 'linear' })).toThrow('Schedule (--set schedule=...)')
})

it('A recipe that says nothing of what came after version 0.2 has the text, and so the hash, of that version', () => {
  const recipe = resolveRecipe('paper-cifar10')
  const network = networkDesignSchema.parse({ family: 'plain', n: 3 })
  const settings = { network, dataset: { name: 'cifar10', checksum: 'c' }, recipe, seed: 1 }
  expect(Object.keys((JSON.parse(canonicalSettings(settings)) as { recipe: object }).recipe)).toEqual([
    'batchNormEpsilon', 'batchNormMomentum', 'batchSize', 'chanceEpochs', 'colourShift', 'cropPadding', 'epochs', 'flip', 'iterations',
    'learningRate',
    'learningRateFactor', 'maximumLoss', 'milestones', 'momentum', 'normalization', 'precision', 'splitSeed', 'statisticsSize',
    'stepLogInterval',
    'validationSize', 'warmupLearningRate', 'warmupUntilError', 'weightDecay',
  ]) // prettier-ignore
  expect(canonicalSettings({ ...settings, recipe: { ...recipe, recompute: 'blocks' } }), 'changes no number').toBe(
    canonicalSettings(settings),
  )
  const nesterov = { ...settings, recipe: { ...recipe, nesterov: true } }
  expect(canonicalSettings(nesterov)).not.toBe(canonicalSettings(settings))
})
