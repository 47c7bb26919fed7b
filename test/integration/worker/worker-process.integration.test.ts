import type { Device } from '../../../src/common/device.ts'
import { fork } from 'node:child_process'
import { cpSync, readdirSync, readFileSync, truncateSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { describe, expect, it } from 'vitest'
import type { RunSettings } from '../../../src/common/training/run-settings.ts'
import { resolveRecipe } from '../../../src/common/training/recipes.ts'
import { workerReportSchema, type WorkerCommand, type WorkerReport } from '../../../src/common/rpc/worker-protocol.ts'
import { cpuDevice, workerEnvironment } from '../../../src/main/worker/machine/environment.ts'
import { decodeTensorFile } from '../../../src/main/worker/checkpoint/safetensors.ts'
import { writeTinyDataset } from '../../fixtures/tiny-dataset.ts'
import { temporaryFolder } from '../../support/temporary-folder.ts'

const device = cpuDevice(2, 'fp32')

interface Ended {
  readonly reports: WorkerReport[]
  readonly last: WorkerReport
  readonly exitCode: number | null
  /** Contents of the newest checkpoint, by file name. */
  readonly checkpoint: { file: string; bytes: Buffer } | null
}

/** A run of the built worker on stripes, in a process of its own. */
async function trainStripes(
  folder: string,
  options: {
    recipe?: Record<string, unknown>
    device?: Device
    commands?: WorkerCommand[]
    checkpoints?: string[]
    checkpointFolder?: string
    onReport?: (report: WorkerReport, send: (command: WorkerCommand) => void) => void
  } = {},
): Promise<Ended> {
  const datasetFolder = join(folder, 'stripes')
  const manifest = writeTinyDataset(datasetFolder)
  const checkpointFolder = options.checkpointFolder ?? join(folder, 'checkpoints')
  const settings: RunSettings = {
    network: { architecture: 'cifar', family: 'residual', n: 1, shortcut: 'A', widths: [4, 6, 8], inputShape: [8, 8, 3], classes: 3 },
    dataset: { name: 'stripes', checksum: manifest.checksum },
    recipe: resolveRecipe('demo', {
      batchSize: 16,
      learningRate: 0.1,
      epochs: 4,
      validationSize: 20,
      stepLogInterval: 1,
      statisticsSize: 20,
      ...options.recipe,
    }),
    seed: 5,
  }
  const worker = fork(resolve('out/main/worker.cjs'), {
    env: { ...process.env, ...workerEnvironment(device) },
    stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
  })
  const reports: WorkerReport[] = []
  const send = (command: WorkerCommand) => worker.send(command)
  worker.on('message', (message) => {
    const report = workerReportSchema.parse(message)
    reports.push(report)
    options.onReport?.(report, send)
  })
  const exited = new Promise<number | null>((settled) => worker.on('exit', settled))
  send({
    type: 'start',
    runId: 1,
    attempt: 1,
    device: options.device ?? device,
    job: { kind: 'train', settings, manifest, datasetFolder, streamed: false, checkpointFolder, checkpoints: options.checkpoints ?? [] },
  })
  options.commands?.forEach(send)
  const exitCode = await exited
  const newest = reports.filter((report) => report.type === 'checkpoint').at(-1)?.checkpoint.file
  return {
    reports,
    last: reports.at(-1)!,
    exitCode,
    checkpoint: newest ? { file: newest, bytes: readFileSync(join(checkpointFolder, newest)) } : null,
  }
}

const epochsOf = ({ reports }: Ended) => reports.filter((report) => report.type === 'epoch')
/** All that an epoch's record says except what a clock or the memory says. */
const numbersOf = (ended: Ended) =>
  epochsOf(ended).map(
    ({
      record: { elapsedMs: _elapsed, imagesPerSecond: _speed, peakMemoryBytes: _memory, finishedAt: _at, ...numbers },
      layerStatistics,
    }) => ({ numbers, layerStatistics }),
  )

describe('a worker', () => {
  it('a worker trains a run to its end and reports every epoch, step and layer', async () => {
    const ended = await trainStripes(await temporaryFolder())
    expect(ended.last).toMatchObject({ type: 'finished', step: 24 })
    expect(ended.exitCode).toBe(0)
    expect(ended.reports[0]).toMatchObject({ type: 'started', totalSteps: 24, stepsPerEpoch: 6, resumedFromStep: 0 })
    const epochs = epochsOf(ended)
    expect(epochs.map(({ record }) => record.step)).toEqual([6, 12, 18, 24])
    expect(epochs[0]!.layerStatistics.map(({ std }) => std > 0)).toEqual(Array(7).fill(true))
    const samples = ended.reports.flatMap((report) => (report.type === 'steps' ? report.samples : []))
    expect(samples.map(({ step }) => step)).toEqual(Array.from({ length: 24 }, (_, index) => index + 1))
    const firstEpoch = samples.slice(0, 6).reduce((sum, { loss }) => sum + loss!, 0) / 6
    expect(epochs[0]!.record.results.train.loss).toBeCloseTo(firstEpoch, 6)
    expect(epochs[3]!.record.results.train.loss).toBeLessThan(epochs[0]!.record.results.train.loss)
    expect(epochs.map(({ record }) => Number(record.learningRate.toPrecision(4)))).toEqual([0.1, 0.1, 0.01, 0.001])
  })

  it('a worker stopped in the middle of an epoch and resumed equals the uninterrupted run to the last bit', async () => {
    const whole = await trainStripes(await temporaryFolder())
    const folder = await temporaryFolder()
    let asked = false
    const first = await trainStripes(folder, {
      onReport: (report, send) => {
        // Steps go on until the request arrives, so the stop falls wherever it falls.
        if (!asked && report.type === 'epoch') send({ type: 'stop' })
        asked ||= report.type === 'epoch'
      },
    })
    expect(first.last.type).toBe('stopped')
    const resumed = await trainStripes(folder, { checkpoints: [first.checkpoint!.file] })
    expect(resumed.reports[0]).toMatchObject({ type: 'started', resumedFromStep: first.last.type === 'stopped' ? first.last.step : -1 })
    expect(resumed.last).toMatchObject({ type: 'finished', step: 24 })
    expect([...numbersOf(first), ...numbersOf(resumed)]).toEqual(numbersOf(whole))
    expect(resumed.checkpoint!.file).toBe(whole.checkpoint!.file)
    expect(resumed.checkpoint!.bytes.equals(whole.checkpoint!.bytes)).toBe(true)
  })

  it('a worker asked to stop after the epoch ends it, evaluates and keeps its checkpoint', async () => {
    const ended = await trainStripes(await temporaryFolder(), {
      recipe: { epochs: 200 },
      onReport: (report, send) => report.type === 'started' && send({ type: 'stop-after-epoch' }),
    })
    expect(ended.last.type).toBe('stopped')
    expect(epochsOf(ended)).toHaveLength(1)
    expect(ended.checkpoint!.file).toBe('step-00000006-epoch-0001.safetensors')
  })

  it('a worker that is asked to stop now is not kept going by a milder request that comes later', async () => {
    const ended = await trainStripes(await temporaryFolder(), { commands: [{ type: 'stop' }, { type: 'stop-after-epoch' }] })
    expect(ended.last).toMatchObject({ type: 'stopped', step: 0 })
  })

  it('a worker that is given a GPU which TensorFlow cannot use says so as a failure of the device', async () => {
    const ended = await trainStripes(await temporaryFolder(), {
      device: { kind: 'cuda', name: 'NVIDIA H200', threads: 1, precision: 'fp32' },
    })
    expect(ended.reports).toHaveLength(1)
    expect(ended.last).toMatchObject({
      type: 'failed',
      kind: 'device',
      reason: expect.stringContaining('TensorFlow can use no GPU here') as string,
    })
  })

  it('a worker rejects a damaged checkpoint by name and goes on from the one before', async () => {
    const folder = await temporaryFolder()
    const whole = await trainStripes(folder)
    const files = readdirSync(join(folder, 'checkpoints')).sort().reverse()
    const [newest, before] = files as [string, string]
    const again = await temporaryFolder()
    cpSync(join(folder, 'checkpoints'), join(again, 'checkpoints'), { recursive: true })
    truncateSync(join(again, 'checkpoints', newest), 2000)
    const resumed = await trainStripes(again, { checkpoints: [newest, before] })
    expect(resumed.reports.find((report) => report.type === 'checkpoint-rejected')).toMatchObject({ file: newest })
    expect(resumed.reports.find((report) => report.type === 'started')).toMatchObject({ resumedFromStep: 18 })
    expect(resumed.checkpoint!.bytes.equals(whole.checkpoint!.bytes)).toBe(true)
  })

  it('a worker ends as diverged without a checkpoint when the loss is no number or above the bound', async () => {
    const exploded = await trainStripes(await temporaryFolder(), {
      recipe: { learningRate: 100, maximumLoss: 1e308, weightDecay: 1, epochs: 50, milestones: [] },
    })
    expect(exploded.last.type).toBe('diverged')
    expect(exploded.last).toHaveProperty('reason', expect.stringMatching(/not a number/))
    const bounded = await trainStripes(await temporaryFolder(), { recipe: { maximumLoss: 0.5 } })
    expect(bounded.last).toMatchObject({ type: 'diverged', step: 1, reason: expect.stringMatching(/above the bound of 0\.5/) as string })
    expect(bounded.checkpoint).toBeNull()
  })

  it('ends as diverged in the first epoch, a middle one and at the very last step, and keeps its last finite checkpoint', async () => {
    // After the warm-up of fifty steps no weight stands this rate.
    const explodes = { learningRate: 100, maximumLoss: 1e308, weightDecay: 1, milestones: [] }
    const later = { ...explodes, warmupLearningRate: 0.01, warmupUntilError: 0.99, epochs: 50 }
    const stepOf = ({ last }: Ended) => (last.type === 'diverged' ? last.step : 0)
    const first = await trainStripes(await temporaryFolder(), { recipe: { ...explodes, epochs: 50 } })
    const middle = await trainStripes(await temporaryFolder(), { recipe: later })
    const last = await trainStripes(await temporaryFolder(), { recipe: { ...later, epochs: null, iterations: stepOf(middle) } })
    expect(stepOf(middle)).toBeGreaterThan(50)
    expect(stepOf(last)).toBe(stepOf(middle))
    for (const ended of [first, middle, last]) {
      expect(ended.last).toHaveProperty('reason', expect.stringMatching(/not a number/))
      expect(stepOf(ended) - (epochsOf(ended).at(-1)?.record.step ?? 0)).toBeLessThanOrEqual(6)
    }
    for (const { checkpoint } of [middle, last]) {
      for (const [name, { values }] of decodeTensorFile(checkpoint!.bytes).tensors) expect(values.every(Number.isFinite), name).toBe(true)
    }
  })

  it('a worker ends as diverged when training stays at chance for the stated epochs', async () => {
    const ended = await trainStripes(await temporaryFolder(), { recipe: { learningRate: 1e-12, chanceEpochs: 2, epochs: 20 } })
    expect(ended.last).toMatchObject({ type: 'diverged', step: 12, reason: expect.stringMatching(/stuck at chance.*2 epochs/) as string })
  })

  it('a worker refuses a data set that changed since it was queued, naming the file', async () => {
    const folder = await temporaryFolder()
    let damaged = false
    const ended = await trainStripes(folder, {
      checkpointFolder: join(folder, 'c'),
      recipe: { epochs: 1 },
      onReport: () => (damaged = true),
    })
    expect(damaged && ended.last.type).toBe('finished')
    const other = await temporaryFolder()
    const manifest = writeTinyDataset(join(other, 'stripes'))
    const images = readFileSync(join(other, 'stripes', manifest.splits.test.images))
    images[100]! ^= 1
    const failed = await trainDamaged(other, images)
    expect(failed.last).toMatchObject({ type: 'failed', kind: 'data', reason: expect.stringMatching(/test-images\.u8/) as string })
    expect(failed.exitCode).toBe(0)
  })
})

/** Damages the test images after the manifest was made, before the worker reads them. */
async function trainDamaged(folder: string, images: Buffer): Promise<Ended> {
  const datasetFolder = join(folder, 'stripes')
  const manifest = writeTinyDataset(datasetFolder)
  writeFileSync(join(datasetFolder, manifest.splits.test.images), images)
  const worker = fork(resolve('out/main/worker.cjs'), {
    env: { ...process.env, ...workerEnvironment(device) },
    stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
  })
  const reports: WorkerReport[] = []
  worker.on('message', (message) => reports.push(workerReportSchema.parse(message)))
  const exited = new Promise<number | null>((settled) => worker.on('exit', settled))
  worker.send({
    type: 'start',
    runId: 2,
    attempt: 1,
    device,
    job: {
      kind: 'train',
      manifest,
      datasetFolder,
      streamed: false,
      checkpointFolder: join(folder, 'checkpoints'),
      checkpoints: [],
      settings: {
        network: { architecture: 'cifar', family: 'plain', n: 1, shortcut: 'A', widths: [4, 4, 4], inputShape: [8, 8, 3], classes: 3 },
        dataset: { name: 'stripes', checksum: manifest.checksum },
        recipe: resolveRecipe('demo', { batchSize: 16 }),
        seed: 1,
      },
    },
  })
  return { exitCode: await exited, reports, last: reports.at(-1)!, checkpoint: null }
}
