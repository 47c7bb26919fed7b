import { cp } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { Lab } from '../../support/lab.ts'
import { writeManyClasses } from '../../support/write-dataset.ts'

let lab: Lab
beforeEach(async () => {
  lab = await Lab.open()
})
afterEach(async () => {
  await lab.close()
})

describe('a data set of 300 classes with a validation split', () => {
  it('a data set of 300 classes is listed, sampled, trained on and validated on its own images', async () => {
    const { checksum } = await writeManyClasses(join(lab.workspace, 'datasets', 'many-classes'), 300, {
      train: 1200,
      test: 300,
      validation: 330,
    })
    const client = await lab.client()
    const listed = (await client.call('datasets.list', {})).find(({ name }) => name === 'many-classes')
    expect(listed).toMatchObject({ imageShape: [8, 8, 3], trainCount: 1200, validationCount: 330, testCount: 300, checksum })
    expect(listed?.classes[299]).toBe('class 299')
    const samples = await client.call('datasets.samples', { name: 'many-classes', split: 'validation', classIndex: 29, count: 5 })
    expect(samples.map(({ index, shape, pixels }) => [index, ...shape, Buffer.from(pixels, 'base64').length])).toEqual([
      [29, 8, 8, 3, 192],
      [329, 8, 8, 3, 192],
    ])
    await expect(client.call('datasets.samples', { name: 'many-classes', split: 'proof', classIndex: 0, count: 1 })).rejects.toMatchObject({
      code: 'not-found',
    })
    expect(await client.call('datasets.verify', { name: 'many-classes' })).toEqual({ valid: true, problems: [] })

    const set = { epochs: 1, batchSize: 60, stepLogInterval: 5, statisticsSize: 50 }
    await lab.queue({ dataset: 'many-classes', families: ['residual'], set })
    await client.call('queue.resume', {})
    const [run] = await lab.untilOver()
    expect(run).toMatchObject({ state: 'finished', totalSteps: 20, settings: { recipe: { validationSize: 0 }, network: { classes: 300 } } })
    const { validation, test, train } = run!.lastEpoch!.results
    // Untrained, 300 classes cost log 300 = 5.7 and all but one image in 300 are wrong.
    for (const split of [validation, test, train]) expect(split!.loss).toBeLessThan(9)
    expect(validation?.topOneError).toBeGreaterThan(0)
    expect(Math.round(validation!.topOneError * 330), 'a share of 330 images').toBeCloseTo(validation!.topOneError * 330, 3)
    // Of 300 classes, chance has five in sixty right.
    expect(validation!.topFiveError).toBeLessThanOrEqual(validation!.topOneError)
    expect(test.topFiveError).toBeGreaterThan(0)
    expect(train).not.toHaveProperty('topFiveError')
    expect(run!.bestEpoch).toEqual({ epoch: 1, results: run!.lastEpoch!.results })
    const confusion = await client.call('runs.confusion', { runId: run!.id })
    expect(confusion).toMatchObject({ checkpoint: 'last', epoch: 1, split: 'test' })
    expect(confusion!.classes[299]).toBe('class 299')
    const images = (wrong: boolean): number =>
      confusion!.counts.reduce((sum, [label, predicted, count]) => sum + (wrong && label === predicted ? 0 : count), 0)
    expect([images(false), images(true)]).toEqual([300, Math.round(300 * test.topOneError)])
    expect(await client.call('runs.confusion', { runId: run!.id, checkpoint: 'best' })).toEqual({ ...confusion, checkpoint: 'best' })
    const { text } = await client.call('exports.csv', { table: 'results', runIds: [run!.id] })
    expect(text).toContain(`best,1,test,single-view,topFiveError,${test.topFiveError}`)
    expect(await lab.problems()).toEqual([])
  })
})

describe('a data set that an older version stored', () => {
  it('a data set that an older version stored is planned and trained on with the checksum it had', async () => {
    await cp(resolve('test/fixtures/datasets/stripes-v1'), join(lab.workspace, 'datasets', 'stripes-v1'), { recursive: true })
    const client = await lab.client()
    await lab.queue({ dataset: 'stripes-v1', families: ['plain'], set: { epochs: 1, batchSize: 3, statisticsSize: 4, stepLogInterval: 1 } })
    await client.call('queue.resume', {})
    const [run] = await lab.untilOver()
    expect(run).toMatchObject({ state: 'finished', totalSteps: 2 })
    expect(run?.settings.dataset).toEqual({
      name: 'stripes-v1',
      checksum: 'a0bc60732399a5947fd2ec4806ae17db07018855b6feaf54766e50a9a4c47617',
    })
  })
})
