import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { EventPayload } from '../../../src/common/rpc/contract.ts'
import { unpackRuns } from '../../../src/common/rpc/run-list.ts'
import { expectFailure } from '../../support/expect-failure.ts'
import { Lab, smallSweep } from '../../support/lab.ts'

let lab: Lab
beforeEach(async () => {
  lab = await Lab.open({ scripted: true })
})
afterEach(async () => {
  expect(await lab.problems()).toEqual([])
  await lab.close()
})
const listed = async (): Promise<number[]> => unpackRuns(await (await lab.client()).call('runs.list', {})).map((run) => run.id)

describe('runs', () => {
  it('runs are removed from every list with their size told, and come back as they were', async () => {
    const client = await lab.client()
    const told: EventPayload<'runs.removed'>[] = []
    client.on('runs.removed', (event) => told.push(event))
    const [first, second] = await lab.queue({ families: ['plain'], n: [1, 2], set: { learningRate: 0.1 } })
    await lab.untilOver()
    const before = await client.call('runs.get', { runId: first! })
    await expect.poll(() => existsSync(join(lab.workspace, 'logs', `run-${first}.log`))).toBe(true)

    const removed = await client.call('runs.remove', { runIds: [first!] })
    expect(removed.runIds).toEqual([first])
    expect(removed.bytes, 'its log at least').toBeGreaterThan(0)
    expect(removed.purgeAt).toBeGreaterThan(Date.now())
    expect(await listed()).toEqual([second])
    expect((await client.call('sweeps.list', {}))[0]?.runIds).toEqual([second])
    await expectFailure(client.call('runs.get', { runId: first! }), 'not-found', `There is no run ${first}`)
    await expect.poll(() => told).toEqual([{ runIds: [first] }])

    await client.call('runs.restore', { runIds: [first!] })
    expect(await client.call('runs.get', { runId: first! })).toEqual(before)
    await expectFailure(client.call('runs.restore', { runIds: [first!] }), 'not-found', 'Nothing to restore')
  })

  it('runs that were removed are not reused for new sweeps, and their numbers are never given away again', async () => {
    const client = await lab.client()
    const [first] = await lab.queue({ families: ['plain'], set: { learningRate: 0.1 } })
    await lab.untilOver()
    await client.call('runs.remove', { runIds: [first!] })
    const {
      runIds: [again],
      reusedRunIds,
    } = await client.call('sweeps.queue', { sweep: { ...smallSweep, families: ['plain'], set: { learningRate: 0.1 } } })
    expect(reusedRunIds).toEqual([])
    expect(again).not.toBe(first)
    await lab.untilOver()
  })

  it('runs with training to do are refused, all or none', async () => {
    const client = await lab.client()
    const [done] = await lab.queue({ families: ['plain'], set: { learningRate: 0.1 } })
    await lab.untilOver()
    await client.call('queue.pause', {})
    const [waiting] = await lab.queue({ families: ['plain'], n: [2], set: { learningRate: 0.1 } })
    await expectFailure(client.call('runs.remove', { runIds: [done!, waiting!] }), 'conflict', `run ${waiting} is still in the queue`)
    expect(await listed()).toEqual([done, waiting])
  })

  it('runs lose their curves, checkpoints and logs when the time to bring them back is over', async () => {
    const client = await lab.client()
    const [first] = await lab.queue({ families: ['plain'], set: { learningRate: 0.1 } })
    await lab.untilOver()
    const logFile = join(lab.workspace, 'logs', `run-${first}.log`)
    // Its last line comes when the process is gone, after the run is over.
    await expect.poll(() => existsSync(logFile)).toBe(true)
    await client.call('runs.remove', { runIds: [first!] })
    lab.change(`UPDATE runs SET removed_at = removed_at - ${11 * 60_000}`)
    await expect.poll(() => existsSync(logFile), { timeout: 10_000 }).toBe(false)
    expect(lab.query('SELECT * FROM epochs')).toEqual([])
    expect(lab.query('SELECT * FROM step_samples')).toEqual([])
    await expectFailure(client.call('runs.restore', { runIds: [first!] }), 'not-found', 'less than 10 minutes ago')
  })

  it('runs take another name, which their sweep keeps', async () => {
    const client = await lab.client()
    const [first] = await lab.queue({ families: ['plain'], set: { learningRate: 0.1 } })
    await client.call('runs.rename', { runId: first!, name: '  the good one ' })
    expect(await client.call('runs.get', { runId: first! })).toMatchObject({ name: 'the good one' })
    await expectFailure(client.call('runs.rename', { runId: first!, name: ' ' }), 'bad-input', '')
    await lab.untilOver()
  })
})

describe('a sweep', () => {
  it('a sweep takes another name in lists, in its runs and when it is opened again', async () => {
    const client = await lab.client()
    const [first] = await lab.queue({ families: ['plain'], set: { learningRate: 0.1 } })
    await client.call('sweeps.rename', { sweepId: 1, name: 'Second thoughts' })
    expect((await client.call('sweeps.list', {}))[0]?.name).toBe('Second thoughts')
    expect((await client.call('sweeps.get', { sweepId: 1 })).name).toBe('Second thoughts')
    expect((await client.call('runs.get', { runId: first! })).sweepName).toBe('Second thoughts')
    await lab.untilOver()
  })

  it('a sweep goes with the runs that are its own, leaves those of another sweep, and comes back with them', async () => {
    const client = await lab.client()
    const own = { families: ['plain' as const], set: { learningRate: 0.1 } }
    const [shared] = await lab.queue({ ...own, n: [1] })
    await lab.untilOver()
    const { runIds: both } = await client.call('sweeps.queue', { sweep: { ...smallSweep, ...own, n: [1, 2] } })
    expect(both[0], 'reused').toBe(shared)
    await lab.untilOver()

    const removed = await client.call('sweeps.remove', { sweepId: 2, runs: true })
    expect(removed.runIds).toEqual([both[1]])
    expect((await client.call('sweeps.list', {})).map(({ id }) => id)).toEqual([1])
    expect(await listed()).toEqual([shared])
    await client.call('sweeps.restore', { sweepId: 2 })
    expect((await client.call('sweeps.list', {})).map(({ id, runIds }) => [id, runIds])).toEqual([
      [1, [shared]],
      [2, both],
    ])
    expect(await listed()).toEqual(both)

    await client.call('sweeps.remove', { sweepId: 2 })
    expect(await client.call('runs.get', { runId: both[1]! })).toMatchObject({ sweepId: null, sweepName: null })
    await expectFailure(client.call('sweeps.get', { sweepId: 2 }), 'not-found', 'There is no sweep 2')
  })

  it('a sweep with runs in the queue is not removed', async () => {
    const client = await lab.client()
    await client.call('queue.pause', {})
    await lab.queue({ families: ['plain'], set: { learningRate: 0.1 } })
    await expectFailure(client.call('sweeps.remove', { sweepId: 1 }), 'conflict', 'still in the queue')
  })
})
