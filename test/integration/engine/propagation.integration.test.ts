import { afterAll, beforeAll, expect, it } from 'vitest'
import { buildNetwork } from '../../../src/common/network/network.ts'
import { signsOf, verdictOf } from '../../../src/common/propagation/verdict.ts'
import { resolveRecipe } from '../../../src/common/training/recipes.ts'
import { Lab } from '../../support/lab.ts'

let lab: Lab
beforeAll(async () => {
  lab = await Lab.open()
})
afterAll(() => lab.close())

const design = (learningRate: number, classes = 4) => ({
  network: buildNetwork({ family: 'plain', n: 1, widths: [4, 4, 4], inputShape: [8, 8, 3], classes }).design,
  recipe: resolveRecipe('demo', { validationSize: 20, batchSize: 10, learningRate }),
  dataset: 'stripes',
  steps: 4,
})

it('a design is looked at with images of its data set before it is queued, and the same question is answered from memory', async () => {
  const client = await lab.client()
  const report = await client.call('designs.propagation', design(0.05))
  expect(report.images.source).toBe('data')
  expect(report.layers.map(({ depth }) => depth)).toEqual([1, 2, 3, 4, 5, 6, 7, 8])
  expect(report.losses).toHaveLength(4)
  expect(verdictOf(signsOf(report)).trains).toBe(true)
  expect(await client.call('designs.propagation', design(0.05))).toEqual(report)
  expect((await client.call('runs.list', {})).runs).toEqual([])
})

it('a learning rate that is far too high is found out', async () => {
  const client = await lab.client()
  const verdict = verdictOf(signsOf(await client.call('designs.propagation', design(100))))
  expect(verdict.trains).toBe(false)
  expect(verdict.reasons.length).toBeGreaterThan(0)
})

it('noise goes through where the data set is not there, and other classes than the data set has are refused', async () => {
  const client = await lab.client()
  const noise = await client.call('designs.propagation', { ...design(0.05, 7), dataset: 'nowhere', steps: 0 })
  expect(noise.images.source).toBe('noise')
  await expect(client.call('designs.propagation', design(0.05, 7))).rejects.toThrow('4 classes')
})
