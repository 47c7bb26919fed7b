import { existsSync } from 'node:fs'
import { chmod, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import type { EngineClient } from '../../../src/common/rpc/contract.ts'
import type { EngineStatus, RunSummary } from '../../../src/common/records/records.ts'
import { unpackRuns } from '../../../src/common/rpc/run-list.ts'
import type { SweepInput } from '../../../src/common/sweep/sweep.ts'
import { connectEngine } from '../../../src/main/client/client.ts'
import { Engine } from '../../../src/main/engine/engine.ts'
import { addStripes, smallSweep } from '../../support/lab.ts'

/** The engine in this process, with the scripted worker: only so can a test move the engine's clock. */
const noticeMs = 1_500
const statusMs = 700
/** Learning rates by which the scripted worker is told what to do; see the fixture. */
const finishesAtOnce = 0.1
const runsUntilStopped = 5
const endsApart = 9
const monday = (hour: number, minute = 0) => new Date(2026, 10, 23, hour, minute).getTime()
const night = { from: 20 * 60, to: 7 * 60, end: 'checkpoint' as const }

let workspace = ''
let engine: Engine
let client: EngineClient

beforeEach(async () => {
  vi.useFakeTimers({ toFake: ['Date'], now: monday(12) })
  workspace = await mkdtemp(join(tmpdir(), 'skiplab-hours-'))
  await addStripes(join(workspace, 'datasets', 'stripes'))
  engine = await Engine.start({
    workspace,
    version: 'test',
    workerScript: resolve('test/fixtures/scripted-worker.cjs'),
    workerEnvironment: () => process.env,
    idleExitMs: 3_600_000,
    cpuSlots: 1,
    noticeMs,
    statusMs,
    machine: { cpuName: 'CPU', cores: 1, cpuPrecision: 'fp32', gpus: [] },
  })
  client = await connectEngine({ workspace, start: false })
})
afterEach(async () => {
  client.close()
  await engine.stop('now')
  vi.useRealTimers()
  vi.unstubAllEnvs()
  await rm(workspace, { recursive: true, force: true, maxRetries: 5 })
})

async function queue(learningRate: number, changes: Partial<SweepInput> = {}): Promise<number[]> {
  const sweep = { ...smallSweep, families: ['plain' as const], set: { learningRate }, ...changes }
  return (await client.call('sweeps.queue', { sweep, again: true })).runIds
}

async function until(what: string, condition: (runs: readonly RunSummary[], status: EngineStatus) => boolean): Promise<RunSummary[]> {
  for (let look = 0; look < 300; look++) {
    const [runs, status] = [unpackRuns(await client.call('runs.list', {})), await client.call('engine.status', {})]
    if (condition(runs, status)) return runs
    await sleep(50)
  }
  throw new Error(`${what} did not come about`)
}
const states = (runs: readonly RunSummary[]) => runs.map((run) => run.state).join()

describe('outside the training hours', () => {
  it('nothing starts, and the status says when they begin; then runs start by themselves', async () => {
    await client.call('queue.setHours', { hours: night })
    await queue(finishesAtOnce)
    await sleep(1_500)
    expect(await client.call('engine.status', {})).toMatchObject({ hours: night, closedUntil: monday(20), waiting: 1, running: [] })
    vi.setSystemTime(monday(20, 1))
    const [run] = await until('a finished run', (runs) => states(runs) === 'finished')
    expect(run?.startedAt).toBeGreaterThanOrEqual(monday(20, 1))
    expect((await client.call('engine.status', {})).closedUntil).toBeNull()
  })

  it('running runs save, wait and go on when the hours begin again', async () => {
    vi.setSystemTime(monday(21))
    await client.call('queue.setHours', { hours: night })
    await queue(runsUntilStopped)
    await until('a running run', (runs) => states(runs) === 'running')
    vi.setSystemTime(monday(24 + 7))
    const [stopped] = await until('a run that waits', (runs) => states(runs) === 'waiting')
    expect(stopped).toMatchObject({
      reason: 'stopped at the end of the training hours; goes on when they begin',
      trainedMs: 250,
      attempt: 1,
    })
    vi.setSystemTime(monday(24 + 20))
    const [again] = await until('a second attempt', (runs) => states(runs) === 'running')
    expect(again?.attempt).toBe(2)
  })

  it('outside the training hours are over when somebody lifts them, and survive a restart of the engine', async () => {
    await client.call('queue.setHours', { hours: { ...night, end: 'epoch' } })
    await queue(finishesAtOnce)
    expect(await client.call('engine.status', {})).toMatchObject({ hours: { ...night, end: 'epoch' } })
    await client.call('queue.setHours', { hours: null })
    await until('a finished run', (runs) => states(runs) === 'finished')
  })
})

describe('hours that are left when the queue is done', () => {
  const families: SweepInput['families'] = ['plain', 'residual']
  const sweeps = async () => (await client.call('sweeps.list', {})).map(({ name }) => name)

  it('hours that are left go once to the open comparison, which gets the seed that it lacks', async () => {
    vi.setSystemTime(monday(21))
    await client.call('queue.setHours', { hours: night })
    await queue(endsApart, { families, seeds: 2 })
    await until('four finished runs', (runs) => states(runs) === Array(4).fill('finished').join())
    await sleep(1_500)
    expect(await sweeps(), 'nobody asked for it').toHaveLength(1)
    await client.call('queue.setLeftover', { on: true })
    expect(await client.call('engine.status', {})).toMatchObject({ leftover: true })
    const runs = await until('a third seed of both', (all) => states(all) === Array(6).fill('finished').join())
    expect(runs.map(({ settings }) => settings.seed).sort()).toEqual([1, 1, 2, 2, 3, 3])
    expect((await sweeps())[1]).toMatch(/^Left-over hours: plain to residual A, 8 layers/)
    const told = (await client.call('runs.events', { limit: 50 })).map(({ message }) => message)
    expect(told.some((message) => /^left-over hours: 2 runs queued, 1 more seed each, to settle plain to residual A/.test(message))).toBe(
      true,
    )
    vi.setSystemTime(monday(21, 10))
    await sleep(1_500)
    expect(await sweeps(), 'it gets them once').toHaveLength(2)
  })

  it('hours that are left stay empty where the seeds would not be done before they end', async () => {
    vi.setSystemTime(monday(21))
    await client.call('queue.setHours', { hours: night })
    await queue(endsApart, { families, seeds: 2 })
    await until('four finished runs', (runs) => states(runs) === Array(4).fill('finished').join())
    vi.setSystemTime(monday(24 + 6, 59) + 59_999)
    await client.call('queue.setLeftover', { on: true })
    await sleep(2_000)
    expect(await sweeps()).toHaveLength(1)
  })
})

describe('a clock that is set', () => {
  it.each([
    ['an hour ahead', 3_600_000],
    ['an hour back', -3_600_000],
    ['a day ahead', 86_400_000],
    ['a day back', -86_400_000],
  ])('%s ends no worker, and durations stay right', async (_name, shift) => {
    await queue(finishesAtOnce)
    await until('a finished run', (runs) => states(runs) === 'finished')
    const [, runId] = [await queue(runsUntilStopped, { n: [2] }), 2]
    await until('a running run', (runs) => states(runs) === 'finished,running')
    vi.setSystemTime(Date.now() + shift)
    await sleep(2_500)
    const runs = await until('a look', () => true)
    expect(states(runs)).toBe('finished,running')
    expect(runs[1]?.attempt).toBe(1)
    await client.call('queue.pause', { selection: { runIds: [runId] } })
    const [, paused] = await until('a paused run', (all) => states(all) === 'finished,paused')
    expect(paused?.trainedMs).toBe(250)
  })
})

describe('while runs train', () => {
  it('the status is told again and again, so that its forecast keeps up with the clock; an idle engine is silent', async () => {
    await queue(runsUntilStopped)
    await until('a running run', (runs) => states(runs) === 'running')
    await sleep(500)
    let told = 0
    client.on('engine.changed', () => (told += 1))
    await sleep(3_500)
    expect(told).toBeGreaterThanOrEqual(2)
    await client.call('queue.cancel', { selection: { all: true } })
    await until('no run', (runs) => states(runs) === 'cancelled')
    await sleep(1_500)
    told = 0
    await sleep(2_500)
    expect(told).toBe(0)
  })

  it('the engine keeps the machine awake, with nobody else there, and no longer than that', async (context) => {
    if (process.platform !== 'linux') return context.skip('systemd-inhibit, for which a script stands in, is asked on Linux only')
    const [script, trace] = [join(workspace, 'systemd-inhibit'), join(workspace, 'awake')]
    await writeFile(script, `#!/bin/sh\ntouch ${trace}\ncat\nrm ${trace}\n`)
    await chmod(script, 0o700)
    vi.stubEnv('PATH', `${workspace}:${process.env.PATH}`)
    await client.call('queue.pause', {})
    await queue(runsUntilStopped)
    await sleep(1_500)
    expect(existsSync(trace), 'a queue that waits keeps nobody awake').toBe(false)
    await client.call('queue.resume', {})
    await expect.poll(() => existsSync(trace), { timeout: 10_000 }).toBe(true)
    await client.call('queue.pause', { selection: { all: true } })
    await expect.poll(() => existsSync(trace), { timeout: 10_000 }).toBe(false)
  })
})

describe('when the queue is done', () => {
  it('the engine quits after a notice, which somebody may call off', async () => {
    await client.call('queue.setWhenDone', { action: 'quit' })
    await queue(finishesAtOnce)
    await until('a notice', (_runs, status) => status.ending?.action === 'quit')
    await client.call('queue.setWhenDone', { action: 'nothing' })
    await until('no notice', (_runs, status) => status.ending === null)
    await sleep(noticeMs + 1_200)
    expect((await client.call('engine.status', {})).stopping).toBe(false)

    await client.call('queue.setWhenDone', { action: 'quit' })
    await queue(finishesAtOnce)
    await engine.ended
  })

  it('more work takes the notice back', async () => {
    await client.call('queue.setWhenDone', { action: 'quit' })
    await queue(finishesAtOnce)
    await until('a notice', (_runs, status) => status.ending !== null)
    await queue(runsUntilStopped)
    await until('no notice', (_runs, status) => status.ending === null && status.running.length === 1)
    await sleep(noticeMs + 1_200)
    expect((await client.call('engine.status', {})).whenDone).toBe('quit')
  })

  it('the machine is put to sleep once, by the command that is named, and not before the notice is over', async () => {
    const [script, trace] = [join(workspace, 'sleep.sh'), join(workspace, 'slept')]
    await writeFile(script, `#!/bin/sh\necho slept >> ${trace}\n`)
    await chmod(script, 0o700)
    vi.stubEnv('SKIPLAB_SLEEP_COMMAND', script)
    await client.call('queue.setWhenDone', { action: 'sleep' })
    await queue(finishesAtOnce)
    await until('a notice', (_runs, status) => status.ending?.action === 'sleep')
    await expect(readFile(trace, 'utf8')).rejects.toThrow()
    await until('the end of the notice', (_runs, status) => status.whenDone === 'nothing')
    await sleep(1_500)
    expect(await readFile(trace, 'utf8')).toBe('slept\n')
    expect((await client.call('engine.status', {})).stopping).toBe(false)
  })
})
