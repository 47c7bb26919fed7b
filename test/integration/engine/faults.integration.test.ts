import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { datasetManifestSchema } from '../../../src/common/data/dataset.ts'
import { expectFailure } from '../../support/expect-failure.ts'
import { Lab, smallSweep } from '../../support/lab.ts'

/** Learning rates by which the scripted worker is told what to do; see the fixture. */
const faults = { none: 0.1, crash: 1, hang: 2, garbage: 3, staleReports: 4, runsUntilStopped: 5, outOfMemory: 6, killed: 8 }
const one = (learningRate: number) => ({ families: ['plain' as const], set: { learningRate } })

let lab: Lab
beforeEach(async () => {
  lab = await Lab.open({ scripted: true })
})
afterEach(async () => {
  expect(await lab.problems()).toEqual([])
  await lab.close()
})

describe('a worker that', () => {
  it('a worker that crashes three times holds its run with the cause, while good runs beside it finish', async () => {
    const [poison] = await lab.queue(one(faults.crash))
    const good = await lab.queue({ n: [1, 2, 3], set: { learningRate: faults.none } })
    const runs = await lab.untilOver()
    expect(runs.filter((run) => good.includes(run.id)).map((run) => run.state)).toEqual(good.map(() => 'finished'))
    const held = runs.find((run) => run.id === poison)
    expect(held).toMatchObject({ state: 'held', attempt: 3 })
    expect(held?.reason).toContain('exit code 7: assertion failed: the scripted worker falls over')

    await (await lab.client()).call('queue.retry', { selection: { runIds: [poison!] } })
    const tried = await lab.until('a fourth attempt that failed', (all) =>
      all.some((run) => run.id === poison && run.attempt === 4 && run.state === 'interrupted'),
    )
    expect(tried.find((run) => run.id === poison)?.reason).toContain('Tried again in 2 s')
  })

  it('a worker that is killed by something else has its run say so, and none of what TensorFlow logs at every start', async () => {
    await lab.queue(one(faults.killed))
    const [run] = await lab.until('a failed attempt', (runs) => runs[0]?.state === 'interrupted')
    expect(run?.reason).toMatch(/^The worker ended by signal SIGKILL[^.:]*\. Tried again in 2 s\.$/)
  })

  it('a worker that sends no message any more is killed when its time limit is over, and its run goes on', async () => {
    await lab.queue(one(faults.hang))
    const [run] = await lab.until('the end of the time limit', (runs) => runs[0]?.state === 'interrupted')
    expect(run?.reason).toMatch(/SIGKILL.*the worker hung: it sent no message for longer than allowed/)
  })

  it('a worker that says what is not in the protocol is ended, and its run says so', async () => {
    await lab.queue(one(faults.garbage))
    const [run] = await lab.until('a failed attempt', (runs) => runs[0]?.state === 'interrupted')
    expect(run?.reason).toContain('not in the protocol')
  })

  it('a worker that speaks for an attempt that no longer holds the run is not heard', async () => {
    await lab.queue(one(faults.staleReports))
    const [run] = await lab.untilOver()
    const samples = await (await lab.client()).call('runs.steps', { runId: run!.id })
    expect(run?.state).toBe('finished')
    expect(samples.samples.map((sample) => sample.loss)).toEqual([1, 0.5])
  })

  it('a worker that runs out of memory has its run named so and tried again', async () => {
    await lab.queue(one(faults.outOfMemory))
    const [run] = await lab.until('a failed attempt', (runs) => runs[0]?.state === 'interrupted')
    expect(run?.reason).toMatch(/^out of memory: 3 GB asked for/)
  })
})

describe('a data set', () => {
  it('a data set that is needed by queued runs is not removed', async () => {
    const client = await lab.client()
    await client.call('queue.pause', {})
    await lab.queue(one(faults.none))
    await expectFailure(client.call('datasets.remove', { name: 'stripes' }), 'conflict', '1 run in the queue still needs stripes')
  })

  it('a data set that is no longer the one a run was queued with fails that run, and the others go on', async () => {
    const client = await lab.client()
    await client.call('queue.pause', {})
    const [runId] = await lab.queue(one(faults.none))
    const path = join(lab.workspace, 'datasets', 'stripes', 'manifest.json')
    const text = await readFile(path, 'utf8')
    const { checksum } = datasetManifestSchema.parse(JSON.parse(text))
    await writeFile(path, text.replace(checksum, 'f'.repeat(64)))
    const [other] = await lab.queue(one(faults.none))
    await client.call('queue.resume', {})
    const runs = await lab.untilOver()
    expect(runs.map(({ id, state }) => ({ id, state }))).toEqual([
      { id: runId, state: 'failed' },
      { id: other, state: 'finished' },
    ])
    expect(runs[0]?.reason).toContain('its checksum changed')
  })
})

describe('the queue', () => {
  it('the queue pauses, resumes and cancels single runs, running or waiting', async () => {
    const client = await lab.client()
    const ids = await lab.queue({ n: [1, 2], set: { learningRate: faults.runsUntilStopped } })
    const [first, second, third] = ids as [number, number, number, number]
    await lab.until('two running runs', (runs) => runs.filter((run) => run.state === 'running').length === 2)
    await client.call('queue.pause', { selection: { runIds: [first, third] } })
    await lab.until(
      'two paused runs',
      (runs) =>
        runs
          .filter((run) => run.state === 'paused')
          .map((run) => run.id)
          .join() === `${first},${third}`,
    )
    await client.call('queue.cancel', { selection: { runIds: [second] } })
    await lab.until('a cancelled run', (runs) => runs.some((run) => run.id === second && run.state === 'cancelled'))
    await client.call('queue.cancel', { selection: { all: true } })
    await lab.until('no run left', (runs) => runs.every((run) => run.state === 'cancelled'))
    await expectFailure(client.call('queue.resume', { selection: { runIds: [first] } }), 'conflict', `run ${first} is cancelled`)
  })

  it('as a whole starts nothing while it is paused', async () => {
    const client = await lab.client()
    await client.call('queue.pause', {})
    await lab.queue(one(faults.none))
    expect(await client.call('engine.status', {})).toMatchObject({ paused: true, waiting: 1, running: [] })
    await client.call('queue.resume', {})
    const [run] = await lab.untilOver()
    expect(run?.state).toBe('finished')
  })

  it('the queue runs what has the higher priority, then what was moved to the front', async () => {
    const client = await lab.client()
    await client.call('queue.pause', {})
    const [a, b, c, d] = (await lab.queue({ n: [1, 2], set: { learningRate: faults.none } })) as [number, number, number, number]
    await client.call('queue.move', { runIds: [c], to: 'first' })
    await client.call('queue.setPriority', { runIds: [d], priority: 5 })
    expect((await client.call('queue.list', {})).map((run) => run.id)).toEqual([d, c, a, b])
  })

  it('the queue reuses a finished run with the same settings unless asked otherwise', async () => {
    const client = await lab.client()
    await lab.queue(one(faults.none))
    await lab.untilOver()
    const first = await lab.runs()
    const settings = { ...smallSweep, ...one(faults.none), n: [1, 2] }
    expect((await client.call('sweeps.plan', { sweep: settings })).runs.map((run) => run.reusesRunId)).toEqual([first[0]!.id, null])
    expect((await client.call('sweeps.plan', { sweep: settings, again: true })).runs.map((run) => run.reusesRunId)).toEqual([null, null])
    const queued = await client.call('sweeps.queue', { sweep: settings })
    expect(queued).toMatchObject({ reusedRunIds: [first[0]!.id], runIds: [first[0]!.id, first[0]!.id + 1] })
  })
})
