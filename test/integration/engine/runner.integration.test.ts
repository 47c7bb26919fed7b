import { createHash } from 'node:crypto'
import { mkdir, writeFile } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import type { RunSettings } from '../../../src/common/training/run-settings.ts'
import { readManifest } from '../../../src/main/data/stored/dataset-folder.ts'
import { Datasets } from '../../../src/main/engine/library/datasets.ts'
import { InitialWeightFiles } from '../../../src/main/engine/library/initial-weight-files.ts'
import { Journal } from '../../../src/main/engine/journal/journal.ts'
import { processStartedAt } from '../../../src/main/workspace/process-identity.ts'
import { Places } from '../../../src/main/engine/places/places.ts'
import { RemoteRuns } from '../../../src/main/engine/places/remote-runs.ts'
import { Runner } from '../../../src/main/engine/runs/runner.ts'
import type { RunnerOptions } from '../../../src/main/engine/runs/runner-options.ts'
import type { Slot } from '../../../src/main/engine/machine/slot.ts'
import { Store } from '../../../src/main/store/store.ts'
import { addStripes, staysAlive } from '../../support/lab.ts'
import { newRun, settingsOf } from '../../support/new-run.ts'
import { temporaryFolder } from '../../support/temporary-folder.ts'

/** Learning rates by which the scripted worker is told what to do; see the fixture. */
const [crashes, runsUntilStopped, savesFor600Ms] = [1, 5, 7]
const slot: Slot = { gpu: null, device: { kind: 'cpu', name: 'CPU', threads: 1, precision: 'fp32' } }
/** Work of a step that gives a worker two seconds more to save. */
const deep = 6e9 / 64

let store: Store
let runner: Runner
const folders = { datasets: '', checkpoints: '', logs: '' }
const said: string[] = []

beforeEach(async () => {
  const folder = await temporaryFolder()
  for (const name of ['datasets', 'checkpoints', 'logs'] as const) {
    folders[name] = join(folder, name)
    await mkdir(folders[name])
  }
  await addStripes(join(folders.datasets, 'stripes'))
  store = new Store(':memory:')
  said.length = 0
  runner = open()
})
afterEach(async () => {
  await runner.stopAll('now')
  vi.restoreAllMocks()
})

function open(options: Partial<RunnerOptions> = {}): Runner {
  const log = (message: string): void => void said.push(message)
  const journal = new Journal(
    store,
    () => undefined,
    log,
    () => undefined,
  )
  const workerScript = resolve('test/fixtures/scripted-worker.cjs')
  const places = new Places({ store, journal, log, workspace: folders.logs, workerScript, onChange: () => undefined })
  return new Runner({
    store,
    journal,
    log,
    datasets: new Datasets(folders.datasets, () => undefined),
    checkpointsFolder: folders.checkpoints,
    initialWeights: new InitialWeightFiles(store, join(folders.checkpoints, 'none')),
    logsFolder: folders.logs,
    workerScript,
    workerEnvironment: () => process.env,
    remote: new RemoteRuns({ store, places, checkpointsFolder: folders.checkpoints }),
    memoryAt: () => null,
    estimate: () => null,
    publishProgress: () => undefined,
    onFree: () => undefined,
    stopGraceMs: 200,
    ...options,
  })
}

async function queued(learningRate: number, multiplyAdds = 1): Promise<number> {
  const { checksum } = await readManifest(join(folders.datasets, 'stripes'))
  const settings = settingsOf({ dataset: 'stripes' })
  const scripted: RunSettings = { ...settings, dataset: { name: 'stripes', checksum }, recipe: { ...settings.recipe, learningRate } }
  return store.runs.insert(newRun({ settings: scripted, multiplyAdds }))
}

/** A run whose worker has said that it started. */
async function running(learningRate: number, multiplyAdds = 1): Promise<number> {
  const runId = await queued(learningRate, multiplyAdds)
  await runner.start(runId, slot, 0)
  await vi.waitFor(() => expect(store.runs.get(runId).device).not.toBeNull(), { timeout: 10_000 })
  return runId
}

const idle = () => vi.waitFor(() => expect(runner.busy).toBe(false), { timeout: 10_000 })
const outcomes = () => store.attempts.between(0, Date.now() + 1).map(({ outcome }) => outcome)
const crashCount = (runId: number) => store.attempts.crashesSince(runId, 0)

describe('an attempt that got its lease', () => {
  it('an attempt that got its lease gives it back when no worker could be made', async () => {
    runner = open({
      workerEnvironment: () => {
        throw new Error('no environment')
      },
    })
    const runId = await queued(runsUntilStopped)
    await runner.start(runId, slot, 0)
    expect(store.runs.get(runId)).toMatchObject({
      state: 'interrupted',
      reason: 'its worker could not be started: no environment. Tried again in 2 s.',
    })
    expect([store.attempts.leases(), outcomes(), runner.busy, runner.mayStart(runId)]).toEqual([[], ['failed'], false, false])
  })

  it('an attempt that got its lease gives it back when its worker’s process could not be written down, and that process ends', async () => {
    const pids: number[] = []
    vi.spyOn(store.attempts, 'setProcess').mockImplementationOnce((_runId, pid) => {
      pids.push(pid)
      throw Object.assign(new Error('database is locked'), { code: 'SQLITE_BUSY' })
    })
    const runId = await queued(runsUntilStopped)
    await runner.start(runId, slot, 0)
    await idle()
    expect(store.runs.get(runId)).toMatchObject({
      state: 'interrupted',
      reason: 'its worker could not be started: database is locked. Tried again in 2 s.',
    })
    expect([store.attempts.leases(), outcomes()]).toEqual([[], ['failed']])
    expect(await staysAlive(pids[0]!)).toBe(false)
    runner.forgive(runId)
    await runner.start(runId, slot, 0)
    expect(store.attempts.leases()).toMatchObject([{ runId, attempt: 2 }])
  })

  it('an attempt that got its lease gives it back a little later when its end could not be written down at once', async () => {
    const runId = await queued(crashes)
    vi.spyOn(store.attempts, 'crashesSince').mockImplementationOnce(() => {
      throw Object.assign(new Error('disk I/O error'), { code: 'SQLITE_IOERR_READ' })
    })
    await runner.start(runId, slot, 0)
    await idle()
    expect(store.runs.get(runId).state).toBe('running')
    await vi.waitFor(() => expect(store.runs.get(runId).state).toBe('interrupted'), { timeout: 5_000 })
    expect([store.attempts.leases(), outcomes()]).toEqual([[], ['crashed']])
  })
})

describe('a worker that saves for longer than the grace time', () => {
  it('a worker that saves for longer than the grace time is not killed when its steps are long', async () => {
    const runId = await running(savesFor600Ms, deep)
    await runner.stopAll('checkpoint')
    expect([store.runs.get(runId).state, outcomes()]).toEqual(['interrupted', ['stopped']])
  })

  it.each([
    ['its steps are short', 1, 'checkpoint'],
    ['the system is about to end the engine', deep, 'terminate'],
  ] as const)('a worker that saves for longer than the grace time is killed without a crash when %s', async (_when, multiplyAdds, mode) => {
    const runId = await running(savesFor600Ms, multiplyAdds)
    await runner.stopAll(mode)
    expect([store.runs.get(runId).state, outcomes(), crashCount(runId)]).toEqual(['interrupted', ['killed'], 0])
  })
})

describe('a worker that is killed', () => {
  it('a worker that is killed has not crashed when people wanted it to stop at once', async () => {
    const runId = await running(runsUntilStopped)
    await runner.stopAll('now')
    expect(store.runs.get(runId)).toMatchObject({ state: 'interrupted', reason: 'the engine was stopped; goes on when it starts again' })
    expect([outcomes(), crashCount(runId)]).toEqual([['killed'], 0])
  })

  it('a worker that is killed has crashed when somebody else killed it', async () => {
    const runId = await running(runsUntilStopped)
    const [lease] = store.attempts.leases()
    expect(processStartedAt(lease!.pid!)).toBe(lease!.processStarted)
    process.kill(lease!.pid!, 'SIGKILL')
    await idle()
    expect([outcomes(), crashCount(runId)]).toEqual([['crashed'], 1])
  })

  it('a worker that is killed says that its values cannot be written when that was why', async () => {
    const runId = await running(runsUntilStopped)
    await runner.stopAll('now', 'backlog')
    expect(store.runs.get(runId)).toMatchObject({
      state: 'interrupted',
      reason: expect.stringContaining('too many of its logged values waited to be written to the disk') as string,
    })
    expect(store.events.latest(runId, 1)).toMatchObject([{ level: 'error', kind: 'disk-full' }])
    expect(runner.mayStart(runId), 'at once').toBe(false)
  })
})

describe('of several stop requests', () => {
  it.each([
    ['cancel', 'pause', 'cancelled'],
    ['pause', 'cancel', 'cancelled'],
    ['pause', 'hours', 'paused'],
    ['hours', 'pause', 'paused'],
  ] as const)('%s, then %s, the run ends as %s', async (first, second, state) => {
    const runId = await running(savesFor600Ms, deep)
    expect([runner.requestStop(runId, first), runner.requestStop(runId, second, 'epoch-end')]).toEqual([true, true])
    await idle()
    expect(store.runs.get(runId).state).toBe(state)
  })

  it('the engine’s own end does not undo what a person asked for', async () => {
    const runId = await running(savesFor600Ms, deep)
    runner.requestStop(runId, 'pause', 'epoch-end')
    await runner.stopAll('now')
    expect(store.runs.get(runId).state).toBe('paused')
  })
})

describe('a checkpoint', () => {
  const file = (step: number) => `step-0000000${step}-epoch-0001.safetensors`
  const bytes = Buffer.from('whole')
  const sha256 = createHash('sha256').update(bytes).digest('hex')

  /** A run whose attempt before left records of these checkpoints. */
  async function resumable(...steps: number[]): Promise<{ runId: number; folder: string }> {
    const runId = await queued(runsUntilStopped)
    store.attempts.grant(runId, 1)
    for (const step of steps)
      store.checkpoints.insert(runId, 1, { file: file(step), step, epoch: 1, sha256, bytes: bytes.length, error: null }, [], 1)
    store.attempts.end(runId, 1, 2, { outcome: 'stopped', reason: null, exitCode: 0, signal: null, lastOutput: null })
    const folder = join(folders.checkpoints, String(runId))
    await mkdir(folder)
    return { runId, folder }
  }
  const known = (runId: number) => store.checkpoints.valid(runId).map((checkpoint) => checkpoint.step)

  it('a checkpoint that cannot be read leaves its run as it is, to be tried again', async () => {
    const { runId, folder } = await resumable(1)
    await mkdir(join(folder, file(1))) // opens, but cannot be read
    await runner.start(runId, slot, 0)
    expect(said.join()).toContain('could not be started: Error: EISDIR')
    expect([known(runId), store.runs.get(runId).state, store.attempts.leases()]).toEqual([[1], 'waiting', []])
  })

  it('a checkpoint that a killed worker had removed for a newer one is forgotten without a warning', async () => {
    const { runId, folder } = await resumable(1, 2)
    await writeFile(join(folder, file(2)), bytes)
    await runner.start(runId, slot, 0)
    expect(known(runId)).toEqual([2])
    expect(store.events.latest(runId, 10).filter(({ level }) => level !== 'info')).toEqual([])
  })
})
