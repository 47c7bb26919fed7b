import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, describe, expect, it, vi } from 'vitest'
import type { EpochRecord } from '../../../src/common/records/records.ts'
import { resolveRecipe } from '../../../src/common/training/recipes.ts'
import { createBackend } from '../../../src/main/worker/create-backend.ts'
import type { StopRequest, TrainingOutcome } from '../../../src/main/worker/jobs/train/observer.ts'
import { train } from '../../../src/main/worker/jobs/train/train.ts'
import { cpuDevice, workerEnvironment } from '../../../src/main/worker/machine/environment.ts'
import { writeTinyDataset } from '../../fixtures/tiny-dataset.ts'
import { temporaryFolder } from '../../support/temporary-folder.ts'

// The loop itself, in this process: stops fall on the step that a test names, and the clock is a test's own.
const device = cpuDevice(1, 'fp32')
Object.assign(process.env, workerEnvironment(device))
afterEach(() => vi.restoreAllMocks())

const stepsPerEpoch = 5
/** A hundred epochs, of which none of these runs takes all; nothing at chance ends them. */
const long = { batchSize: 20, epochs: 100, validationSize: 20, statisticsSize: 0, stepLogInterval: 1, chanceEpochs: 0 }

interface Attempt {
  readonly outcome: TrainingOutcome
  readonly epochs: readonly EpochRecord[]
  /** Newest first. */
  readonly checkpoints: readonly string[]
}

interface AttemptOptions {
  readonly checkpoints?: readonly string[]
  /** Asked before each step, with the steps that are done. */
  readonly requestAt?: (step: number) => StopRequest
  readonly onStep?: () => void
}

/** Trains a net from its start or its newest checkpoint until it ends or is asked to stop. */
async function attempt(folder: string, set: Record<string, unknown>, options: AttemptOptions = {}): Promise<Attempt> {
  const { checkpoints: known = [], requestAt = () => 'none', onStep = () => undefined } = options
  const datasetFolder = join(folder, 'stripes')
  const manifest = writeTinyDataset(datasetFolder)
  const epochs: EpochRecord[] = []
  const checkpoints = [...known]
  const outcome = await train(
    {
      settings: {
        network: { architecture: 'cifar', family: 'residual', n: 1, shortcut: 'A', widths: [4, 6, 8], inputShape: [8, 8, 3], classes: 3 },
        dataset: { name: 'stripes', checksum: manifest.checksum },
        recipe: resolveRecipe('demo', { ...long, ...set }),
        seed: 5,
      },
      settingsHash: 'mine',
      manifest,
      datasetFolder,
      streamed: false,
      checkpointFolder: join(folder, 'checkpoints'),
      checkpoints: [...known],
      device,
    },
    {
      started: () => undefined,
      progress: () => undefined,
      step: onStep,
      epoch: (record) => epochs.push(record),
      checkpoint: ({ file }) => checkpoints.unshift(file),
      checkpointRejected: (file, reason) => {
        throw new Error(`${file}: ${reason}`)
      },
      checkMessages: (step) => Promise.resolve(requestAt(step)),
    },
    createBackend,
  )
  return { outcome, epochs, checkpoints }
}

/** All that neither a clock nor the memory says. */
const numbersOf = (...attempts: Attempt[]) =>
  attempts.flatMap(({ epochs }) => epochs.map(({ epoch, step, learningRate, results }) => ({ epoch, step, learningRate, results })))
const lastBytes = (folder: string, { checkpoints }: Attempt) => readFileSync(join(folder, 'checkpoints', checkpoints[0]!))

/** What a run with these validation errors must have done: the rate of each epoch, and after how many it ends. */
function expectedOf(errors: readonly number[], plateauEpochs: number, earlyStopEpochs: number): { rates: number[]; length: number } {
  const rates: number[] = []
  let [lowest, drops, sinceLowest, sinceDrop] = [Infinity, 0, 0, 0]
  for (const error of errors) {
    rates.push(Math.max(1e-4, 0.05 * 0.1 ** drops))
    const isLower = error < lowest
    lowest = Math.min(lowest, error)
    sinceLowest = isLower ? 0 : sinceLowest + 1
    sinceDrop = isLower ? 0 : sinceDrop + 1
    if (sinceDrop === plateauEpochs) [drops, sinceDrop] = [drops + 1, 0]
    if (sinceLowest === earlyStopEpochs) break
  }
  return { rates, length: rates.length }
}

describe('a run on the plateau schedule with an early stop', () => {
  const recipe = { schedule: 'plateau', milestones: [], plateauEpochs: 2, minimumLearningRate: 1e-4, earlyStopEpochs: 5 }

  it('a run on the plateau schedule drops its rate where the validation error stops falling, and ends early with the reason', async () => {
    const { outcome, epochs } = await attempt(await temporaryFolder(), recipe)
    const errors = epochs.map(({ results }) => results.validation!.topOneError)
    const { rates, length } = expectedOf(errors, 2, 5)
    expect(epochs).toHaveLength(length)
    expect(length).toBeLessThan(long.epochs)
    epochs.forEach(({ learningRate }, index) => expect(learningRate, `epoch ${index + 1}`).toBeCloseTo(rates[index]!, 10))
    expect(new Set(rates).size, 'two drops at least in the five last epochs').toBeGreaterThan(2)
    expect(outcome).toEqual({
      kind: 'finished',
      step: length * stepsPerEpoch,
      reason: `ended early after epoch ${length}: no lower error for 5 epochs`,
    })
  })

  it('a run on the plateau schedule that is stopped while it waits for a drop and for its end resumes to the same bytes', async () => {
    const whole = await temporaryFolder()
    const uninterrupted = await attempt(whole, recipe)
    const epochs = uninterrupted.epochs.length
    // Within the epochs in which both counters stand above 0, one after the other.
    for (const [stopStep, request] of [
      [(epochs - 2) * stepsPerEpoch + 3, 'stop'],
      [(epochs - 3) * stepsPerEpoch, 'stop'],
      [(epochs - 1) * stepsPerEpoch, 'stop-after-epoch'],
    ] as const) {
      const folder = await temporaryFolder()
      const requestAt = (step: number): StopRequest => (step === stopStep ? request : 'none')
      const first = await attempt(folder, recipe, { requestAt })
      expect(first.outcome.kind).toBe('stopped')
      const resumed = await attempt(folder, recipe, { checkpoints: first.checkpoints })
      expect(resumed.outcome).toEqual(uninterrupted.outcome)
      expect(numbersOf(first, resumed)).toEqual(numbersOf(uninterrupted))
      expect(lastBytes(folder, resumed).equals(lastBytes(whole, uninterrupted))).toBe(true)
    }
  })

  it('a run that was killed between the checkpoint of its early end and its last report trains no epoch more', async () => {
    const folder = await temporaryFolder()
    const first = await attempt(folder, recipe)
    const resumed = await attempt(folder, recipe, { checkpoints: first.checkpoints.slice(0, 1) })
    expect(resumed).toMatchObject({ outcome: first.outcome, epochs: [] })
  })
})

describe('a run with a time limit', () => {
  const recipe = { timeLimitMinutes: 2.4 }

  /** A clock of which each step takes ten seconds and nothing else any time: an epoch takes fifty. */
  function clock(): { readonly onStep: () => void } {
    let now = 1_000
    vi.spyOn(performance, 'now').mockImplementation(() => now)
    return { onStep: () => void (now += 10_000) }
  }

  it('a run with a time limit ends with the epoch in which it passes, and says so', async () => {
    const { outcome, epochs } = await attempt(await temporaryFolder(), recipe, clock())
    expect(epochs).toHaveLength(3)
    expect(outcome).toEqual({
      kind: 'finished',
      step: 3 * stepsPerEpoch,
      reason: 'ended early after epoch 3: its time limit of 2.4 min is over',
    })
  })

  it('a run with a time limit counts the time of all its attempts, that of an epoch begun before a stop too', async () => {
    const whole = await temporaryFolder()
    const uninterrupted = await attempt(whole, recipe, clock())
    const folder = await temporaryFolder()
    const requestAt = (step: number): StopRequest => (step === stepsPerEpoch + 3 ? 'stop' : 'none')
    const first = await attempt(folder, recipe, { ...clock(), requestAt })
    expect(first.outcome).toEqual({ kind: 'stopped', step: stepsPerEpoch + 3, epochElapsedMs: 30_000 })
    const resumed = await attempt(folder, recipe, { ...clock(), checkpoints: first.checkpoints })
    expect(resumed.outcome).toEqual(uninterrupted.outcome)
    expect(numbersOf(first, resumed)).toEqual(numbersOf(uninterrupted))
    expect(lastBytes(folder, resumed).equals(lastBytes(whole, uninterrupted))).toBe(true)
  })
})
