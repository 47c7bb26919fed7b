import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import type { EpochRecord, LayerStatistic } from '../../../src/common/records/records.ts'
import type { ConfusionCount } from '../../../src/common/results/confusion.ts'
import { resolveRecipe } from '../../../src/common/training/recipes.ts'
import { warmUpWindow } from '../../../src/common/training/schedule.ts'
import { DeviceUnavailable } from '../../../src/main/worker/backend/backend.ts'
import { cpuDevice, workerEnvironment } from '../../../src/main/worker/machine/environment.ts'
import { createBackend } from '../../../src/main/worker/create-backend.ts'
import type { StopRequest, TrainingObserver, TrainingOutcome } from '../../../src/main/worker/jobs/train/observer.ts'
import type { TrainingInput } from '../../../src/main/worker/jobs/train/prepare.ts'
import { train } from '../../../src/main/worker/jobs/train/train.ts'
import { writeTinyDataset } from '../../fixtures/tiny-dataset.ts'
import { temporaryFolder } from '../../support/temporary-folder.ts'

// The loop itself, in this process: stops fall on the call that a test names, not wherever a message arrives.
const device = cpuDevice(1, 'fp32')
Object.assign(process.env, workerEnvironment(device))

function inputFor(folder: string, recipe: Record<string, unknown> = {}, changes: Partial<TrainingInput> = {}): TrainingInput {
  const datasetFolder = join(folder, 'stripes')
  const manifest = writeTinyDataset(datasetFolder)
  return {
    settings: {
      network: { architecture: 'cifar', family: 'residual', n: 1, shortcut: 'A', widths: [4, 6, 8], inputShape: [8, 8, 3], classes: 3 },
      dataset: { name: 'stripes', checksum: manifest.checksum },
      recipe: resolveRecipe('demo', { batchSize: 20, epochs: 2, validationSize: 20, statisticsSize: 50, ...recipe }),
      seed: 5,
    },
    settingsHash: 'mine',
    manifest,
    datasetFolder,
    streamed: false,
    checkpointFolder: join(folder, 'checkpoints'),
    checkpoints: [],
    device,
    ...changes,
  }
}

interface Trained {
  readonly outcome: TrainingOutcome
  readonly epochs: { record: EpochRecord; layers: LayerStatistic[]; confusion: ConfusionCount[] }[]
  /** Newest first, as the engine would hand them over. */
  readonly checkpoints: string[]
}

/**
 * @param requestAt asked at each check for messages, with the number of checks since the run last told that it evaluates, this one
 *   included; 0 while it trains
 */
async function trainWith(input: TrainingInput, requestAt: (checksOfEvaluation: number) => StopRequest = () => 'none'): Promise<Trained> {
  const epochs: Trained['epochs'] = []
  const checkpoints: string[] = []
  let evaluating = false
  let checks = 0
  const observer: TrainingObserver = {
    started: () => undefined,
    progress: ({ phase }) => {
      if (phase === 'evaluating') checks = 0
      evaluating = phase === 'evaluating'
    },
    step: () => undefined,
    epoch: (record, layers, confusion) => epochs.push({ record, layers, confusion }),
    checkpoint: ({ file }) => checkpoints.unshift(file),
    checkpointRejected: (file, reason) => {
      throw new Error(`${file}: ${reason}`)
    },
    checkMessages: () => Promise.resolve(requestAt(evaluating ? ++checks : 0)),
  }
  return { outcome: await train(input, observer, createBackend), epochs, checkpoints }
}

/** All that a clock or the memory does not say. */
const numbersOf = (...parts: Trained[]) =>
  parts.flatMap(({ epochs }) =>
    epochs.map(({ record: { epoch, step, learningRate, results }, layers, confusion }) => ({
      epoch,
      step,
      learningRate,
      results,
      confusion,
      layers,
    })),
  )
const bytesOf = (input: TrainingInput, { checkpoints }: Trained) => readFileSync(join(input.checkpointFolder, checkpoints[0]!))

describe('a run', () => {
  // One batch of validation images, two of test images, two of layer statistics.
  it.each([1, 2, 3, 4, 5])(
    'a run stopped before batch %i of its evaluation and resumed equals the uninterrupted one to the last bit',
    async (batch) => {
      const testCount = 130
      const sized = (folder: string, changes: Partial<TrainingInput> = {}): TrainingInput => {
        const input = inputFor(folder, { statisticsSize: 120 }, changes)
        return { ...input, manifest: writeTinyDataset(input.datasetFolder, 120, testCount) }
      }
      const whole = sized(await temporaryFolder())
      const uninterrupted = await trainWith(whole)
      expect(uninterrupted.epochs[0]?.layers.every(({ std }) => std > 0)).toBe(true)
      const folder = await temporaryFolder()
      const first = await trainWith(sized(folder), (checks) => (checks === batch ? 'stop' : 'none'))
      expect(first).toMatchObject({ outcome: { kind: 'stopped', step: 5 }, epochs: [] })
      const resumed = await trainWith(sized(folder, { checkpoints: first.checkpoints }))
      expect(numbersOf(first, resumed)).toEqual(numbersOf(uninterrupted))
      expect(bytesOf(sized(folder), resumed).equals(bytesOf(whole, uninterrupted))).toBe(true)
    },
  )

  it.each([2, 4])(
    'a run in micro-batches stopped before step %i and resumed equals the uninterrupted one to the last bit',
    async (step) => {
      const sparing = { microBatchSize: 5, recompute: 'blocks' }
      const whole = inputFor(await temporaryFolder(), sparing)
      const uninterrupted = await trainWith(whole)
      const folder = await temporaryFolder()
      let checks = 0
      const first = await trainWith(inputFor(folder, sparing), () => (++checks === step ? 'stop' : 'none'))
      expect(first).toMatchObject({ outcome: { kind: 'stopped' }, epochs: [] })
      const resumed = await trainWith(inputFor(folder, sparing, { checkpoints: first.checkpoints }))
      expect(numbersOf(first, resumed)).toEqual(numbersOf(uninterrupted))
      expect(bytesOf(inputFor(folder), resumed).equals(bytesOf(whole, uninterrupted))).toBe(true)
    },
  )

  it('whose warm-up ends with an epoch’s last step records that step’s learning rate, also when stopped before it evaluated', async () => {
    const warmUp = { batchSize: 2, epochs: 2, warmupLearningRate: 0.001, warmupUntilError: 0.999, milestones: [] }
    const whole = await trainWith(inputFor(await temporaryFolder(), warmUp))
    expect(whole.epochs.map(({ record }) => [record.step, record.learningRate])).toEqual([
      [warmUpWindow, 0.001],
      [2 * warmUpWindow, 0.05],
    ])
    const folder = await temporaryFolder()
    const first = await trainWith(inputFor(folder, warmUp), (checks) => (checks === 1 ? 'stop' : 'none'))
    expect(first.outcome).toMatchObject({ kind: 'stopped', step: warmUpWindow })
    const resumed = await trainWith(inputFor(folder, warmUp, { checkpoints: first.checkpoints }))
    expect(numbersOf(first, resumed)).toEqual(numbersOf(whole))
  })

  it('a run that was killed between the checkpoint of its last epoch at chance and its last report trains no epoch more', async () => {
    const folder = await temporaryFolder()
    const recipe = { learningRate: 1e-12, chanceEpochs: 2, epochs: 20 }
    const first = await trainWith(inputFor(folder, recipe))
    expect(first).toMatchObject({ outcome: { kind: 'diverged', step: 10 }, epochs: [{}, {}] })
    const resumed = await trainWith(inputFor(folder, recipe, { checkpoints: first.checkpoints.slice(0, 1) }))
    expect(resumed).toEqual({ outcome: first.outcome, epochs: [], checkpoints: [] })
  })

  it('a run without layer statistics reports none', async () => {
    const { epochs } = await trainWith(inputFor(await temporaryFolder(), { statisticsSize: 0 }))
    expect(epochs.map(({ layers }) => layers)).toEqual([[], []])
  })

  it('a run leaves on the disk what the engine knows of, whatever attempts before it left behind', async () => {
    const folder = await temporaryFolder()
    const first = await trainWith(inputFor(folder))
    const [newest, before] = first.checkpoints as [string, string]
    const { checkpointFolder } = inputFor(folder)
    // The report of the newest was lost, another was cut short in writing; a person put notes beside them.
    for (const name of [`.${newest}.123.incoming`, 'step-00000001-epoch-0000.safetensors', `${before}.damaged`, 'notes.txt'])
      writeFileSync(join(checkpointFolder, name), 'x')
    const resumed = await trainWith(inputFor(folder, {}, { checkpoints: [before] }), () => 'stop')
    expect(readdirSync(checkpointFolder).sort()).toEqual(
      [...new Set([before, ...resumed.checkpoints, `${before}.damaged`, 'notes.txt'])].sort(),
    )
  })

  it('a run that is stopped before its first step leaves the checkpoint of an epoch’s end, and the error in it', async () => {
    const folder = await temporaryFolder()
    const first = await trainWith(inputFor(folder))
    const [, ofFirstEpoch] = first.checkpoints as [string, string]
    const path = join(inputFor(folder).checkpointFolder, ofFirstEpoch)
    const before = readFileSync(path)
    const resumed = await trainWith(inputFor(folder, {}, { checkpoints: [ofFirstEpoch] }), () => 'stop')
    expect(resumed).toMatchObject({ outcome: { kind: 'stopped' }, checkpoints: [] })
    expect(readFileSync(path).equals(before)).toBe(true)
  })

  it('a run that is to train on a GPU is refused where TensorFlow can use none, instead of training on the CPU', async () => {
    const input = inputFor(await temporaryFolder(), {}, { device: { kind: 'cuda', name: 'NVIDIA H200', threads: 1, precision: 'fp32' } })
    const refused = trainWith(input)
    await expect(refused).rejects.toThrow(DeviceUnavailable)
    await expect(refused).rejects.toThrow(/^The run is to train on the GPU NVIDIA H200, but TensorFlow can use no GPU here/)
  })
})
