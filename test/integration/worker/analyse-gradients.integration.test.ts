import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import type { AnalysisKind, AnalysisOptions } from '../../../src/common/analyses/analyses.ts'
import type { DatasetManifest } from '../../../src/common/data/dataset.ts'
import { buildNetwork } from '../../../src/common/network/network.ts'
import { resolveRecipe } from '../../../src/common/training/recipes.ts'
import type { RunSettings } from '../../../src/common/training/run-settings.ts'
import { PropagationProgram, InputGradientProgram } from '../../../src/main/worker/backend/tensorflow/program/propagation-program.ts'
import * as backends from '../../../src/main/worker/create-backend.ts'
import type { AnalysedRun, AnalysisContext } from '../../../src/main/worker/jobs/analyse/analysis.ts'
import { analyseGradients } from '../../../src/main/worker/jobs/analyse/gradients.ts'
import { initialStateOf, readImages } from '../../../src/main/worker/jobs/analyse/load-analysed.ts'
import { analyseShattering } from '../../../src/main/worker/jobs/analyse/shattering.ts'
import { propagateOnce } from '../../../src/main/worker/jobs/propagation/propagate-once.ts'
import { cpuDevice, workerEnvironment } from '../../../src/main/worker/machine/environment.ts'
import { normalizedPixels } from '../../../src/main/worker/source/batches/normalized-pixels.ts'
import { writeTinyDataset } from '../../fixtures/tiny-dataset.ts'

Object.assign(process.env, workerEnvironment(cpuDevice(1, 'fp32')))

let folder = ''
let manifest: DatasetManifest
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'skiplab-gradients-'))
  manifest = writeTinyDataset(folder, 60, 40)
})
afterAll(() => rm(folder, { recursive: true, force: true }))

const context: AnalysisContext = {
  ...backends,
  observer: { progress: () => undefined, mayGoOn: () => Promise.resolve(true) },
  partial: { read: () => null, write: () => undefined },
  device: cpuDevice(1, 'fp32'),
}

/** A run of which the initial weights are looked at. */
function untrained(design: Partial<RunSettings['network']> = {}): AnalysedRun {
  const settings: RunSettings = {
    network: buildNetwork({ family: 'residual', n: 1, shortcut: 'A', widths: [4, 6, 8], inputShape: [8, 8, 3], classes: 3, ...design })
      .design,
    dataset: { name: manifest.name, checksum: manifest.checksum },
    recipe: resolveRecipe('demo', { validationSize: 10, batchSize: 10 }),
    seed: 5,
  }
  return { runId: 1, settings, settingsHash: 'here', manifest, datasetFolder: folder, checkpointFile: null, epoch: 0 }
}

const input = <K extends AnalysisKind>(run: AnalysedRun, options: AnalysisOptions<K>) => ({ runs: [run], options, split: 'test' as const })

it('gradients of initial weights are root mean squares over the batches of the split', async () => {
  const run = untrained()
  const { runs } = await analyseGradients(input<'gradients'>(run, { batches: 2, batchSize: 8, initial: true }), context)
  const [found] = runs
  expect(found!.images).toBe(16)
  expect(found!.passes.map(({ weights }) => weights)).toEqual(['initial'])
  const network = buildNetwork(run.settings.network)
  const images = await readImages(run, 'test', 16, context)
  const normalized = normalizedPixels(images.pixels, images.normalization)
  const program = new PropagationProgram({ network, recipe: run.settings.recipe, batchSize: 8 })
  program.setState(initialStateOf(run))
  const half = normalized.length / 2
  const passes = [0, 1].map((batch) =>
    program.observe(normalized.slice(batch * half, (batch + 1) * half), images.labels.slice(batch * 8, (batch + 1) * 8)),
  )
  program.dispose()
  const { layers, loss } = found!.passes[0]!
  expect(layers.map(({ depth }) => depth)).toEqual([1, 2, 3, 4, 5, 6, 7, 8])
  expect(loss).toBeCloseTo((passes[0]!.loss + passes[1]!.loss) / 2, 6)
  const first = passes.map(({ weights }) => weights.get('stem.convolution/weights')!.gradientNorm)
  expect(layers[0]!.weightGradientNorm).toBeCloseTo(Math.hypot(...first) / Math.SQRT2, 6)
})

it('the autocorrelation of input gradients is that of single images along the same line', async () => {
  const run = untrained({ family: 'plain' })
  const [points, count] = [16, 12]
  const options = { lines: 1, points, statisticsImages: count, initial: true }
  const { runs } = await analyseShattering(input<'shattering'>(run, options), context)
  const found = runs[0]!.passes[0]!.autocorrelation
  const network = buildNetwork(run.settings.network)
  const { recipe } = run.settings
  const images = await readImages(run, 'test', count, context)
  const normalized = normalizedPixels(images.pixels, images.normalization)
  const size = normalized.length / count
  const second = images.labels.findIndex((label) => label !== images.labels[0])
  const watching = new PropagationProgram({ network, recipe, batchSize: count })
  watching.setState(initialStateOf(run))
  const { statistics } = watching.observe(normalized, images.labels)
  watching.dispose()
  const program = new InputGradientProgram({ network, recipe, batchSize: 1 })
  program.setState(new Map([...initialStateOf(run), ...statistics]))
  const direction = Float32Array.from({ length: 3 }, (_, label) => (label === images.labels[0] ? 1 : 0))
  const gradients = Array.from({ length: points }, (_, t) => {
    const image = Float32Array.from({ length: size }, (_, at) => {
      const [from, to] = [normalized[at]!, normalized[second * size + at]!]
      return from + (t / (points - 1)) * (to - from)
    })
    return [...program.inputGradients(image, direction)]
  })
  program.dispose()
  const mean = gradients[0]!.map((_, at) => gradients.reduce((sum, one) => sum + one[at]! / points, 0))
  const centred = gradients.map((one) => one.map((value, at) => value - mean[at]!))
  const product = (lag: number) =>
    centred.slice(lag).reduce((sum, one, t) => sum + one.reduce((inner, value, at) => inner + value * centred[t]![at]!, 0), 0)
  expect(found).toHaveLength(8)
  found.forEach((value, lag) => expect(value).toBeCloseTo(product(lag) / product(0), 4))
})

it('a line needs images of two classes', async () => {
  const run = untrained()
  const alike = writeTinyDataset(join(folder, 'alike'), 30, 1)
  const single = { ...run, manifest: alike, datasetFolder: join(folder, 'alike') }
  const options = { lines: 1, points: 16, statisticsImages: 2, initial: true }
  await expect(analyseShattering(input<'shattering'>(single, options), context)).rejects.toThrow('two classes')
})

it('a design is looked at with its data set, and with noise where there is none', async () => {
  const { network, recipe, seed } = untrained().settings
  const asked = { network, recipe, seed, steps: 3, threads: 1 }
  const { propagation: seen } = await propagateOnce({ ...asked, data: { folder, manifest } }, backends)
  expect(seen.images).toMatchObject({ source: 'data', batchSize: 50, stepBatchSize: 10 })
  expect(seen.losses).toHaveLength(3)
  expect(seen.layers.every(({ std, gradientNorm }) => std! > 0 && gradientNorm! > 0)).toBe(true)
  const { propagation: noise } = await propagateOnce({ ...asked, steps: 0, data: null }, backends)
  expect(noise.images).toMatchObject({ source: 'noise', batchSize: 64 })
  expect(noise.losses).toEqual([])
})
