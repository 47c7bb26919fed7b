import { expect, it } from 'vitest'
import { resolveRecipe } from '../../../../../src/common/training/recipes.ts'
import { earlyEnd } from '../../../../../src/main/worker/jobs/train/early-end.ts'
import { closeEpoch, firstPosition } from '../../../../../src/main/worker/jobs/train/position.ts'

/** A run's position after epochs with these validation errors, each a minute long. */
function positionAfter(errors: readonly number[], set: Record<string, unknown>) {
  const recipe = resolveRecipe('cifar10-10', set)
  const position = firstPosition(recipe, 'hash')
  for (const error of errors) closeEpoch(position, recipe, { wasAtChance: false, error, elapsedMs: 60_000 })
  return { recipe, position }
}

it('The plateau schedule lowers the rate after as many epochs without a lower error as the recipe says, and then waits anew', () => {
  const drops = (errors: readonly number[]) => positionAfter(errors, { schedule: 'plateau', plateauEpochs: 2 }).position.learningRateDrops
  expect(drops([0.5, 0.5])).toBe(0)
  expect(drops([0.5, 0.5, 0.6])).toBe(1)
  expect(drops([0.5, 0.5, 0.4, 0.6])).toBe(0)
  expect(drops([0.5, 0.5, 0.6, 0.6])).toBe(1)
  expect(drops([0.5, 0.5, 0.6, 0.6, 0.5])).toBe(2)
  expect(positionAfter([0.5, 0.5, 0.6], { plateauEpochs: 2 }).position.learningRateDrops, 'other schedules').toBe(0)
})

it('A run ends early after as many epochs without a lower error as the recipe says, and says why', () => {
  const reason = (errors: readonly number[], set: Record<string, unknown>) => {
    const { position, recipe } = positionAfter(errors, set)
    return earlyEnd(position, recipe)
  }
  expect(reason([0.5, 0.6, 0.4, 0.4], { earlyStopEpochs: 2 })).toBeNull()
  expect(reason([0.5, 0.6, 0.4, 0.4, 0.4], { earlyStopEpochs: 2 })).toBe('ended early after epoch 5: no lower error for 2 epochs')
  expect(reason([0.5, 0.6, 0.6, 0.6], {})).toBeNull()
})

it('A run ends with the epoch in which its time limit passes', () => {
  const { position, recipe } = positionAfter([0.5, 0.4, 0.3], { timeLimitMinutes: 2.5 })
  expect(earlyEnd(position, recipe)).toBe('ended early after epoch 3: its time limit of 2.5 min is over')
  expect(earlyEnd({ ...position, trainedMs: 149_000 }, recipe)).toBeNull()
})

it('Without a time limit the time of an epoch is not part of a position, so that checkpoints are equal to the byte', () => {
  expect(positionAfter([0.5], {}).position.trainedMs).toBe(0)
})
