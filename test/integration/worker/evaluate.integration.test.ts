import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { DatasetManifest } from '../../../src/common/data/dataset.ts'
import { perPixelMoments } from '../../../src/common/data/mean.ts'
import { buildNetwork } from '../../../src/common/network/network.ts'
import { networkAt } from '../../../src/common/network/network-at.ts'
import type { EpochRecord } from '../../../src/common/records/records.ts'
import { Random, randomStreams } from '../../../src/common/training/random.ts'
import { resolveRecipe } from '../../../src/common/training/recipes.ts'
import type { RunSettings } from '../../../src/common/training/run-settings.ts'
import { readTestedWeights } from '../../../src/main/worker/checkpoint/tested-weights.ts'
import type { EvaluationInput } from '../../../src/main/worker/jobs/evaluate/evaluate-checkpoint.ts'
import { Stopped } from '../../../src/main/worker/jobs/evaluate/observer.ts'
import { cpuDevice, workerEnvironment } from '../../../src/main/worker/machine/environment.ts'
import { runSplit } from '../../../src/main/worker/source/batches/run-split.ts'
import { type Batch, referencePass, type Weights } from '../../fixtures/reference-network.ts'
import { writeTinyDataset } from '../../fixtures/tiny-dataset.ts'
import { evaluateHere } from '../../support/evaluate-here.ts'
import { expectFailure } from '../../support/expect-failure.ts'
import { trainHere } from '../../support/train-here.ts'
import { writePhotographs } from '../../support/write-photographs.ts'

Object.assign(process.env, workerEnvironment(cpuDevice(1, 'fp32')))

const side = 16
const classes = 3

/** A trained run, and what its test needs. */
interface Trained {
  readonly folder: string
  readonly manifest: DatasetManifest
  readonly settings: RunSettings
  readonly epochs: readonly EpochRecord[]
  /** Checkpoints of its epochs' ends, the first first. */
  readonly checkpoints: readonly string[]
}

let root = ''
let run: Trained
beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'skiplab-evaluate-'))
  const datasetFolder = join(root, 'stripes')
  run = await trained('stripes', datasetFolder, writeTinyDataset(datasetFolder, 70, 12, side))
})
afterAll(() => rm(root, { recursive: true, force: true }))

async function trained(
  name: string,
  datasetFolder: string,
  manifest: DatasetManifest,
  recipe: Record<string, unknown> = {},
): Promise<Trained> {
  const inputShape: [number, number, number] = [side, side, 3]
  const settings: RunSettings = {
    network: {
      ...{ architecture: 'cifar', family: 'residual', n: 1, shortcut: 'A', widths: [4, 6, 8] },
      ...{ inputShape, classes: manifest.classes.length },
    },
    dataset: { name: manifest.name, checksum: manifest.checksum },
    recipe: resolveRecipe('demo', { batchSize: 20, epochs: 2, validationSize: 10, statisticsSize: 0, ...recipe }),
    seed: 5,
  }
  const folder = join(root, `${name}-checkpoints`)
  const { epochs } = await trainHere(settings, manifest, datasetFolder, folder)
  const checkpoints = readdirSync(folder).sort()
  return {
    folder: datasetFolder,
    manifest,
    settings,
    epochs: epochs.map(({ record }) => record),
    checkpoints: checkpoints.map((file) => join(folder, file)),
  }
}

function inputFor(of: Trained, changes: Partial<EvaluationInput> = {}): Omit<EvaluationInput, 'device'> {
  return {
    ...{ settings: of.settings, settingsHash: 'here', manifest: of.manifest, datasetFolder: of.folder },
    ...{ split: 'test', protocol: 'single-view', batchStatistics: 'moving' },
    ...{ checkpointFile: of.checkpoints.at(-1)!, scoresFile: join(root, 'scores.safetensors') },
    ...changes,
  }
}

/** Mean image of what the run trains on, [side, side, 3]; indices of training images and of those held out. */
function trainingImages() {
  const file = (name: string) => new Uint8Array(readFileSync(join(run.folder, name)))
  const [images, labels] = [file('train-images.u8'), file('train-labels.u8')]
  const { train, heldOut } = runSplit(run.manifest, run.settings.recipe, labels)
  return { images, train, heldOut, mean: perPixelMoments(images, side * side * 3, train).mean }
}

const testImages = () => new Uint8Array(readFileSync(join(run.folder, 'test-images.u8')))

type Image = (row: number, column: number, channel: number) => number

/** Bilinear with half-pixel centres, the border repeated: written down here, apart from the program's. */
function enlarged(from: Image, size: number, to: number, round: boolean): Image {
  const along = (output: number) => {
    const at = Math.min(size - 1, Math.max(0, ((output + 0.5) * size) / to - 0.5))
    const first = Math.floor(at)
    return [first, Math.min(size - 1, first + 1), at - first] as const
  }
  return (row, column, channel) => {
    const [[top, bottom, down], [left, right, across]] = [along(row), along(column)]
    const upper = (1 - across) * from(top, left, channel) + across * from(top, right, channel)
    const lower = (1 - across) * from(bottom, left, channel) + across * from(bottom, right, channel)
    const value = (1 - down) * upper + down * lower
    return round ? Math.floor(value + 0.5) : value
  }
}

/** Softmax of the oracle's scores of images given pixel by pixel: [images, classes]. */
function referenceScores(images: readonly Image[], size: number, state: Weights): Float64Array {
  const whole = buildNetwork(run.settings.network)
  const network = size === side ? whole : networkAt(whole, [size, size, 3])
  const values = images.flatMap((image) =>
    Array.from({ length: size * size * 3 }, (_, at) => image(Math.floor(at / (3 * size)), Math.floor(at / 3) % size, at % 3)),
  )
  const batch: Batch = { shape: [images.length, size, size, 3], values: Float64Array.from(values) }
  const { logits } = referencePass(network, state, batch, { training: false, epsilon: run.settings.recipe.batchNormEpsilon })
  return softmax(logits.values)
}

function softmax(logits: Float64Array): Float64Array {
  return logits.map((_, at) => {
    const start = at - (at % classes)
    const exponentials = Array.from(logits.subarray(start, start + classes), (logit) => Math.exp(logit))
    return exponentials[at - start]! / exponentials.reduce((sum, each) => sum + each, 0)
  })
}

/** Mean of the views' scores. @param views what each shows of an image whose pixels are given, 0 to 255 */
function averaged(views: readonly { size: number; of: (pixels: Image) => Image }[], state: Weights): Float64Array {
  const bytes = testImages()
  const count = bytes.length / (side * side * 3)
  const pixels = Array.from(
    { length: count },
    (_, image): Image =>
      (row, column, channel) =>
        bytes[((image * side + row) * side + column) * 3 + channel]!,
  )
  const sums = new Float64Array(count * classes)
  for (const { size, of } of views) referenceScores(pixels.map(of), size, state).forEach((score, at) => (sums[at]! += score / views.length))
  return sums
}

const largestDifference = (a: ArrayLike<number>, b: ArrayLike<number>): number => {
  expect(a.length).toBe(b.length)
  return Array.from(a).reduce((largest, value, at) => Math.max(largest, Math.abs(value - b[at]!)), 0)
}

const stateOf = (checkpoint = run.checkpoints.at(-1)!) => readTestedWeights(checkpoint, 'here')

describe('an evaluation', () => {
  it('an evaluation of a single view gives what the epoch gave, of any checkpoint and on either split', async () => {
    expect(run.checkpoints).toHaveLength(2)
    for (const [index, checkpointFile] of run.checkpoints.entries()) {
      const { test, validation } = run.epochs[index]!.results
      for (const [split, measured] of [
        ['test', test],
        ['validation', validation!],
      ] as const) {
        const { results, images } = await evaluateHere(inputFor(run, { checkpointFile, split }))
        expect(results.topOneError).toBeCloseTo(measured.topOneError, 12)
        expect(results.loss).toBeCloseTo(measured.loss, 5)
        expect(images).toBe(split === 'test' ? 12 : 10)
      }
    }
  })

  it('an evaluation knows which images of the data set it saw', async () => {
    const validation = await evaluateHere(inputFor(run, { split: 'validation' }))
    const { heldOut } = trainingImages()
    expect([...validation.indices]).toEqual([...heldOut])
    expect(validation.imageSplit).toBe('train')
    expect([...validation.labels]).toEqual([...heldOut].map((image) => image % 3))
  })

  it('an evaluation by 10-crop averages the scores of corners, centre and mirror images, as an oracle computes them', async () => {
    const { mean } = trainingImages()
    const padding = run.settings.recipe.cropPadding
    expect(padding).toBe(2)
    const corners = [0, 4].flatMap((top) => [0, 4].map((left) => [top, left]))
    const offsets = [...corners, [2, 2]]
    const views = offsets.flatMap(([top, left]) =>
      [false, true].map((mirrored) => ({
        size: side,
        of:
          (pixels: Image): Image =>
          (row, column, channel) => {
            const [y, x] = [row + top! - padding, (mirrored ? side - 1 - column : column) + left! - padding]
            if (y < 0 || y >= side || x < 0 || x >= side) return 0
            return pixels(y, x, channel) / 255 - mean[(y * side + x) * 3 + channel]!
          },
      })),
    )
    const { values } = await evaluateHere(inputFor(run, { protocol: '10-crop' }))
    expect(largestDifference(values, averaged(views, stateOf()))).toBeLessThan(1e-5)
  })

  it('an evaluation at several scales averages the scores of enlarged images and their mirror images', async () => {
    const { mean } = trainingImages()
    const meanAt: Image = (row, column, channel) => mean[(row * side + column) * 3 + channel]!
    const views = [16, 20, 28, 36, 44].flatMap((size) =>
      [false, true].map((mirrored) => ({
        size,
        of: (pixels: Image): Image => {
          const [image, subtracted] = [enlarged(pixels, side, size, true), enlarged(meanAt, side, size, false)]
          return (row, column, channel) => {
            const x = mirrored ? size - 1 - column : column
            return image(row, x, channel) / 255 - subtracted(row, x, channel)
          }
        },
      })),
    )
    const { values, progress } = await evaluateHere(inputFor(run, { protocol: 'multi-scale' }))
    expect(largestDifference(values, averaged(views, stateOf()))).toBeLessThan(1e-5)
    expect(progress.at(-1)).toMatchObject({ phase: 'scoring', done: 120, total: 120 })
  })

  it('an evaluation with statistics of the training set takes the mean over whole shuffled batches', async () => {
    const { images, train, mean } = trainingImages()
    const { seed, recipe } = run.settings
    const order = new Random(seed, randomStreams.order, 1).shuffle(train.slice())
    const network = buildNetwork(run.settings.network)
    const state = new Map<string, ArrayLike<number>>(stateOf())
    const sums = new Map<string, number[]>()
    const batches = Math.ceil(order.length / recipe.batchSize)
    for (let batch = 0; batch < batches; batch++) {
      const chosen = Array.from({ length: recipe.batchSize }, (_, at) => order[(batch * recipe.batchSize + at) % order.length]!)
      const values = chosen.flatMap((image) => Array.from(mean, (subtracted, at) => images[image * mean.length + at]! / 255 - subtracted))
      const seen: Batch = { shape: [chosen.length, side, side, 3], values: Float64Array.from(values) }
      const { batchStatistics } = referencePass(network, state, seen, { training: true, epsilon: recipe.batchNormEpsilon })
      for (const [layer, found] of batchStatistics)
        for (const [name, moments] of [
          ['mean', found.mean],
          ['variance', found.variance],
        ] as const) {
          const key = `${layer}/running-${name}`
          const before = sums.get(key)
          sums.set(
            key,
            Array.from(moments, (value, channel) => (before?.[channel] ?? 0) + value / batches),
          )
        }
    }
    for (const [name, values] of sums) state.set(name, values)
    const view = {
      size: side,
      of:
        (pixels: Image): Image =>
        (row, column, channel) =>
          pixels(row, column, channel) / 255 - mean[(row * side + column) * 3 + channel]!,
    }
    const { values, progress } = await evaluateHere(inputFor(run, { batchStatistics: 'training-set' }))
    expect(largestDifference(values, averaged([view], state))).toBeLessThan(1e-5)
    expect(largestDifference(values, averaged([view], stateOf()))).toBeGreaterThan(1e-3)
    expect(progress.some(({ phase, done, total }) => phase === 'batch-statistics' && done === 60 && total === 60)).toBe(true)
  })

  it('an evaluation that is asked to stop leaves no scores behind', async () => {
    const scoresFile = join(root, 'stopped.safetensors')
    let asked = 0
    const stopping = evaluateHere(inputFor(run, { protocol: '10-crop', scoresFile }), () => ++asked < 4)
    await expect(stopping).rejects.toThrow(Stopped)
    expect(existsSync(scoresFile)).toBe(false)
  })

  it('an evaluation refuses a checkpoint that is damaged or another run’s', async () => {
    await expectFailure(evaluateHere(inputFor(run, { settingsHash: 'other' })), 'bad-input', 'it belongs to a run with other settings')
    const checkpointFile = join(root, 'damaged.safetensors')
    writeFileSync(checkpointFile, readFileSync(run.checkpoints[0]!).subarray(0, 5000))
    await expectFailure(evaluateHere(inputFor(run, { checkpointFile })), 'bad-input', 'cannot be tested')
  })
})

describe('an evaluation of photographs', () => {
  it('an evaluation of photographs of sizes of their own takes every protocol', async () => {
    const folder = join(root, 'photographs')
    const manifest = await writePhotographs(folder, { train: 44, test: 13 })
    const recipe = {
      cropPadding: 0,
      scaleJitter: [256, 480],
      imageSize: side,
      normalization: 'per-channel-mean-std',
      batchSize: 8,
      validationSize: 0,
    }
    const photographs = await trained('photographs', folder, manifest, recipe)
    const input = inputFor(photographs)
    const single = await evaluateHere(input)
    const { test } = photographs.epochs.at(-1)!.results
    expect(single.results.topOneError).toBeCloseTo(test.topOneError, 12)
    expect(single.results.loss).toBeCloseTo(test.loss, 5)
    const centre = await evaluateHere({ ...input, protocol: 'centre-crop' })
    expect(centre.values).toEqual(single.values)
    for (const protocol of ['10-crop', 'multi-scale'] as const) {
      const { values, images } = await evaluateHere({ ...input, protocol })
      expect(images).toBe(13)
      for (let image = 0; image < images; image++)
        expect(values.subarray(4 * image, 4 * image + 4).reduce((sum, score) => sum + score, 0)).toBeCloseTo(1, 5)
      expect(largestDifference(values, single.values)).toBeGreaterThan(1e-4)
      expect(largestDifference(values, single.values)).toBeLessThan(0.5)
    }
  })
})
