import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Evaluation } from '../../../src/common/evaluation/evaluation.ts'
import { ScoreFile } from '../../../src/main/data/scores/score-file.ts'
import { expectFailure } from '../../support/expect-failure.ts'
import { Lab } from '../../support/lab.ts'

const haveEnded = (evaluations: readonly Evaluation[]) => evaluations.every(({ state }) => state !== 'waiting' && state !== 'running')

async function scoresOf(lab: Lab, id: number): Promise<number[]> {
  const file = await ScoreFile.open(join(lab.workspace, 'evaluations', `${id}.safetensors`))
  const values: number[] = []
  for await (const { scores } of file.blocks()) values.push(...scores)
  await file.close()
  return values
}

// Two runs that were trained for an epoch, tested by all tests of this group one after another.
describe('tests of trained runs', () => {
  let lab: Lab
  let runIds: number[]
  beforeAll(async () => {
    lab = await Lab.open()
    runIds = await lab.queue({ set: { epochs: 1, batchSize: 32, statisticsSize: 0, precision: 'fp32', validationSize: 40 } })
    await lab.untilOver()
  })
  afterAll(() => lab.close())

  it('tests of trained runs give the single view that the epoch gave, and add it to the results of the run', async () => {
    const client = await lab.client()
    const [queued] = await lab.evaluate({ runIds: [runIds[0]!] })
    expect(queued).toMatchObject({ runIds: [runIds[0]], protocol: 'single-view', views: 1 })
    const [finished] = await lab.untilEvaluations('the end', haveEnded)
    const run = await client.call('runs.get', { runId: runIds[0]! })
    const { test } = run.lastEpoch!.results
    expect(finished).toMatchObject({ state: 'finished', epoch: 1, images: 100, device: { precision: 'fp32' } })
    expect(finished!.results!.topOneError).toBeCloseTo(test.topOneError, 12)
    expect(finished!.results!.loss).toBeCloseTo(test.loss, 5)
    const rows = (await client.call('runs.results', { runId: runIds[0]! })).filter(({ evaluationId }) => evaluationId === finished!.id)
    expect(rows.map(({ metric, protocol, value }) => [metric, protocol, value])).toEqual([
      ['loss', 'single-view', finished!.results!.loss],
      ['topOneError', 'single-view', finished!.results!.topOneError],
    ])
    const { text } = await client.call('exports.csv', { table: 'evaluations', runIds })
    expect(text.split('\r\n')[1]).toMatch(/^1,1,0,last,1,test,single-view,1,moving,100,finished,,/)
  })

  it('tests of trained runs as an ensemble average what each member says of each image', async () => {
    const [first, second, ensemble] = await lab.evaluate({ runIds, protocols: ['10-crop'], ensemble: true })
    expect(ensemble).toMatchObject({ runIds, memberIds: [first!.id, second!.id], protocol: '10-crop' })
    const ended = await lab.untilEvaluations('the end', haveEnded)
    const found = ended.find(({ id }) => id === ensemble!.id)
    expect(found).toMatchObject({ state: 'finished', images: 100, device: null })
    const [a, b, mean] = [await scoresOf(lab, first!.id), await scoresOf(lab, second!.id), await scoresOf(lab, ensemble!.id)]
    mean.forEach((score, at) => expect(score).toBeCloseTo((a[at]! + b[at]!) / 2, 6))
    const wrong = Array.from({ length: 100 }, (_, image) => {
      const scores = mean.slice(4 * image, 4 * image + 4)
      return scores.indexOf(Math.max(...scores)) === image % 4 ? 0 : 1
    })
    expect(found!.results!.topOneError).toBeCloseTo(wrong.reduce<number>((sum, each) => sum + each, 0) / 100, 12)
  })

  it('tests of trained runs that were done are given back, unless they are wanted again', async () => {
    const client = await lab.client()
    const request = { runIds, protocols: ['10-crop' as const], ensemble: true }
    const before = (await client.call('evaluations.list', {})).map(({ id }) => id)
    const { evaluations, reusedIds } = await client.call('evaluations.queue', request)
    expect(evaluations.map(({ id }) => id)).toEqual(reusedIds)
    expect((await client.call('evaluations.list', {})).map(({ id }) => id)).toEqual(before)
    const again = await client.call('evaluations.queue', { ...request, again: true })
    expect(again.reusedIds).toEqual([])
    expect(again.evaluations).toHaveLength(3)
    await lab.untilEvaluations('the end', haveEnded)
  })

  it('tests of trained runs tell which images are wrong, by how much, and which only one of two gets wrong', async () => {
    const client = await lab.client()
    const finished = (await client.call('evaluations.list', {})).filter(
      ({ protocol, runIds: of }) => protocol === '10-crop' && of.length === 1,
    )
    const [one, other] = [finished.find(({ runIds: of }) => of[0] === runIds[0])!, finished.find(({ runIds: of }) => of[0] === runIds[1])!]
    const details = await client.call('evaluations.details', { evaluationId: one.id, otherId: other.id })
    const [scores, others] = [await scoresOf(lab, one.id), await scoresOf(lab, other.id)]
    const isWrong = (of: readonly number[], image: number) => {
      const row = of.slice(4 * image, 4 * image + 4)
      return row.indexOf(Math.max(...row)) !== image % 4
    }
    const images = Array.from({ length: 100 }, (_, image) => image)
    expect(details.classes).toEqual(['across', 'across wide', 'along', 'along wide'])
    expect(details.imageSplit).toBe('test')
    expect(details.counts.reduce((sum, [, , count]) => sum + count, 0)).toBe(100)
    expect(details.wrong).toHaveLength(Math.min(48, images.filter((image) => isWrong(scores, image)).length))
    expect(
      details.wrong.every(({ index, label, prediction }) => label === index % 4 && prediction !== label && isWrong(scores, index)),
    ).toBe(true)
    expect(details.calibration.bins.reduce((sum, bin) => sum + bin.images, 0)).toBe(100)
    expect(details.comparison).toMatchObject({
      bothWrong: images.filter((image) => isWrong(scores, image) && isWrong(others, image)).length,
      onlyThisWrong: images.filter((image) => isWrong(scores, image) && !isWrong(others, image)).length,
      onlyOtherWrong: images.filter((image) => !isWrong(scores, image) && isWrong(others, image)).length,
    })
    const shown = details.wrong.slice(0, 2).map(({ index }) => index)
    const samples = await client.call('datasets.images', { name: details.dataset, split: details.imageSplit, indices: shown })
    expect(samples.map(({ index, shape }) => [index, ...shape])).toEqual(shown.map((index) => [index, 32, 32, 3]))
    const { text, rows } = await client.call('exports.predictions', { evaluationId: one.id })
    expect(rows).toBe(100)
    expect(text.split('\r\n')[2]).toMatch(/^test,1,1,across wide,\d,/)
  })

  it('tests of trained runs on held-out validation images name them by their index among the training images', async () => {
    const [queued] = await lab.evaluate({ runIds: [runIds[0]!], split: 'validation', checkpoint: 'best', batchStatistics: 'training-set' })
    await lab.untilEvaluations('the end', haveEnded)
    const client = await lab.client()
    const details = await client.call('evaluations.details', { evaluationId: queued!.id, limit: 1000 })
    expect(details.evaluation).toMatchObject({ state: 'finished', images: 40, batchStatistics: 'training-set' })
    expect(details.imageSplit).toBe('train')
    expect(details.wrong.every(({ index, label }) => index < 320 && label === index % 4)).toBe(true)
  })

  it('tests of trained runs that make no sense are refused before anything is queued', async () => {
    const client = await lab.client()
    const queue = (request: Parameters<typeof lab.evaluate>[0]) => client.call('evaluations.queue', request)
    const before = (await client.call('evaluations.list', {})).length
    await expectFailure(queue({ runIds: [99] }), 'not-found', 'There is no run 99')
    await expectFailure(queue({ runIds: [runIds[0]!, runIds[0]!], ensemble: true }), 'bad-input', 'takes two different runs or more; got 1')
    await expectFailure(client.call('evaluations.details', { evaluationId: 1, otherId: 999 }), 'not-found', 'There is no evaluation 999')
    await expectFailure(
      client.call('datasets.images', { name: 'stripes', split: 'test', indices: [100] }),
      'bad-input',
      'has images 0 to 99; got 100',
    )
    expect((await client.call('evaluations.list', {})).length).toBe(before)
  })

  it('tests of trained runs are removed with their scores, and those of a run with the run', async () => {
    const client = await lab.client()
    const files = () => readdirSync(join(lab.workspace, 'evaluations'))
    const [first] = await client.call('evaluations.list', {})
    expect(files()).toContain(`${first!.id}.safetensors`)
    const removed = await client.call('evaluations.remove', { evaluationIds: [first!.id] })
    expect(removed.bytes).toBeGreaterThan(100 * 4 * 4)
    expect(files()).not.toContain(`${first!.id}.safetensors`)
    await expectFailure(client.call('evaluations.get', { evaluationId: first!.id }), 'not-found', 'There is no evaluation')
    await client.call('runs.remove', { runIds: [runIds[1]!] })
    expect((await client.call('evaluations.list', {})).every(({ runIds: of }) => !of.includes(runIds[1]!))).toBe(true)
    await client.call('runs.restore', { runIds: [runIds[1]!] })
    expect((await client.call('evaluations.list', {})).some(({ runIds: of }) => of.length === 2)).toBe(true)
    expect(await lab.problems()).toEqual([])
  })
})
