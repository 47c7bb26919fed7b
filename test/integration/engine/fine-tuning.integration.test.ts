import { existsSync, readdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { groupByExperiment } from '../../../src/common/analysis/experiment.ts'
import type { CallInput, EngineClient } from '../../../src/common/rpc/contract.ts'
import type { RunSummary } from '../../../src/common/records/records.ts'
import { sweepOfRun } from '../../../src/common/sweep/sweep-of-run.ts'
import { addStripes, Lab, smallSweep } from '../../support/lab.ts'

/** One step an epoch, over all training images as they are: its loss depends on the weights alone. */
const whole = {
  ...{ batchSize: 320, validationSize: 0, stepLogInterval: 1, flip: false, cropPadding: 0 },
  ...{ milestones: [], warmupLearningRate: null, weightDecay: 0, momentum: 0, learningRate: 0.1 },
}

describe('fine-tuning', { timeout: 240_000 }, () => {
  let lab: Lab
  let client: EngineClient
  let sourceId: number

  beforeAll(async () => {
    lab = await Lab.open()
    await addStripes(join(lab.workspace, 'datasets', 'two'), { name: 'two', classCount: 2 })
    client = await lab.client()
    sourceId = await queueOne({ set: { ...whole, epochs: 1 } })
    await lab.untilOver()
  }, 240_000)
  afterAll(() => lab.close())

  type Sweep = CallInput<'sweeps.queue'>['sweep']
  async function queueOne(sweep: Partial<Sweep>): Promise<number> {
    const [runId] = await lab.queue({ families: ['residual'], ...sweep })
    return runId!
  }
  const lossOfStep = (runId: number, step: number) =>
    lab.query<{ loss: number }>(`SELECT loss FROM step_samples WHERE run_id = ${runId} AND step = ${step}`)[0]!.loss
  const startOf = (runId: number) =>
    lab.query<{ message: string }>(`SELECT message FROM events WHERE run_id = ${runId} AND kind = 'initial-weights'`)[0]!.message
  const keptFiles = () => readdirSync(join(lab.workspace, 'weights'))

  it('the first loss of a fine-tuned run is the one at which its source would have gone on', async () => {
    const longer = await queueOne({ set: { ...whole, epochs: 2 } })
    const tuned = await queueOne({ set: { ...whole, epochs: 1 }, seeds: [9], initialWeights: sourceId })
    await lab.untilOver()
    expect(lossOfStep(tuned, 1)).toBeCloseTo(lossOfStep(longer, 2), 4)
    expect(lossOfStep(tuned, 1)).not.toBeCloseTo(lossOfStep(longer, 1), 2)
    expect(startOf(tuned)).toMatch(/^starts from weights of .*\(run 1, epoch 1\): (\d+) of \1 arrays are taken; none is drawn$/)
    expect((await client.call('runs.get', { runId: tuned })).name).toBe('residual-8 A 4-4-8, seed 9, from run 1, epoch 1')
  })

  it('a run of other classes takes all arrays but those of its classifier', async () => {
    const tuned = await queueOne({ dataset: 'two', set: { ...smallSweep.set, epochs: 1 }, initialWeights: `${sourceId}:best` })
    await lab.untilOver()
    expect(startOf(tuned)).toMatch(/arrays are taken; drawn: \S+, \S+$/)
    expect((await client.call('runs.get', { runId: tuned })).state).toBe('finished')
  })

  it('a fine-tuned run that was paused and resumed equals the uninterrupted one to the last bit', async () => {
    const set = { ...smallSweep.set, epochs: 24 }
    const paused = await queueOne({ set, initialWeights: sourceId })
    await lab.until('an epoch', (runs) => runs.some(({ id, lastEpoch }) => id === paused && lastEpoch !== null))
    await client.call('queue.pause', { selection: { runIds: [paused] }, when: 'now' })
    await lab.until('the pause', (runs) => runs.some(({ id, state }) => id === paused && state === 'paused'))
    await client.call('queue.resume', { selection: { runIds: [paused] } })
    const whole = await queueOne({ set, initialWeights: sourceId })
    await lab.untilOver()
    expect(await client.call('runs.get', { runId: paused })).toMatchObject({ state: 'finished', attempt: 2 })
    expect(lab.numbers(paused)).toEqual(lab.numbers(whole))
  })

  it('weights of which nothing fits, of unfinished or unknown runs are refused before anything is queued', async () => {
    const plan = (initialWeights: Sweep['initialWeights'], sweep: Partial<Sweep> = {}) =>
      client.call('sweeps.plan', { sweep: { ...smallSweep, families: ['residual'], ...sweep, initialWeights } })
    await expect(plan(sourceId, { widths: [[5, 5, 7]] })).rejects.toThrow(/no layer has name and shape/)
    await expect(plan(99)).rejects.toThrow(expect.objectContaining({ code: 'not-found' }))
    await expect(plan('a'.repeat(64))).rejects.toThrow(/keeps no weights with the SHA-256/)
    await expect(plan('resnet.pth')).rejects.toThrow(expect.objectContaining({ code: 'bad-input' }))
  })

  it('a fine-tuned run is of another experiment than one whose weights were drawn, also where it is queued again', async () => {
    const runs = (await lab.runs()).filter(({ id, settings }) => id !== sourceId && settings.dataset.name === 'stripes')
    const tuned = runs.filter(({ settings }) => settings.initialWeights)
    const mixed = groupByExperiment(runs).filter((one) => one.runs.some((run) => tuned.includes(run)))
    for (const { runs: own, label } of mixed) {
      expect(own.every((run) => tuned.includes(run))).toBe(true)
      expect(label).toMatch(/starts from weights of .* \(run 1, epoch 1\)/)
    }
    const plan = await client.call('sweeps.plan', { sweep: sweepOfRun(tuned[0]!.settings) })
    expect(plan.runs[0]).toMatchObject({ settingsHash: tuned[0]!.settingsHash, reusesRunId: expect.any(Number) as number })
  })

  it('a queued run trains though its source was removed; the weights go when no run names them', async () => {
    await client.call('queue.pause', {})
    const tuned = await queueOne({ set: { ...smallSweep.set, epochs: 1 }, seeds: [5], initialWeights: sourceId })
    await client.call('runs.remove', { runIds: [sourceId] })
    await purge()
    expect(existsSync(join(lab.workspace, 'checkpoints', String(sourceId)))).toBe(false)
    expect(keptFiles()).toHaveLength(1)
    await client.call('queue.resume', {})
    await lab.untilOver()
    expect((await client.call('runs.get', { runId: tuned })).state).toBe('finished')
    const again = sweepOfRun((await client.call('runs.get', { runId: tuned })).settings)
    rmSync(join(lab.workspace, 'weights', keptFiles()[0]!))
    await expect(client.call('sweeps.queue', { sweep: again, again: true })).rejects.toThrow(/keeps no weights/)
  })

  it('freed space includes initial weights that only removed runs name', async () => {
    const source = await queueOne({ set: { ...smallSweep.set, epochs: 1 } })
    await lab.untilOver()
    const tuned = await queueOne({ set: { ...smallSweep.set, epochs: 1 }, seeds: [6], initialWeights: source })
    await lab.untilOver()
    expect((await client.call('disk.usage', {})).kinds.weights.files).toBe(1)
    await client.call('runs.remove', { runIds: [tuned] })
    await purge()
    expect(keptFiles()).toEqual([])
    expect((await lab.runs()).map(({ id }: RunSummary) => id)).toContain(source)
  })

  async function purge(): Promise<void> {
    const choice = { purge: true }
    const { planHash } = await client.call('disk.plan', { choice })
    expect((await client.call('disk.free', { choice, planHash })).problems).toEqual([])
  }
})
