/**
 * `npm run parity`: the same weights and the same batches, ten updates in Skiplab's programs and in PyTorch. `--only imagenet` takes the
 * networks whose names have that in them, `--precision fp32` or `bf16` one of both.
 *
 * Bars in fp32: each step's loss within 1e-4 relative, each weight and running statistic within 1e-3 after ten updates, each
 * parameter's first gradient within 5 % of its norm. Networks: plain, residual A, B and C, n = 1 and 3; highway nets and
 * each setting (no BN, pre-activation, stochastic depth), n = 1; CIFAR nets of bottlenecks, ImageNet nets of both kinds and VGG.
 * In bf16: no farther from PyTorch's fp32 than twice as far as PyTorch's own bf16 is.
 * Data: shapes-10, no augmentation, mean subtracted; weights: Skiplab's own initialisation. The peer
 * (`peer/updates.py`) shares none of this code: it builds the network and normalises nothing, it gets fp32 batches.
 *
 * Learning rates are below the recipe's 0.1 because an untrained ReLU network is chaotic: an activation within rounding of
 * zero falls on either side of the kink, one such flip changes a gradient by 0.5 %, and plain nets amplify it. At 0.1, n = 3,
 * PyTorch's own fp32 is 1e-2 away from its own fp64 after ten updates. `--double` prints that floor beside the differences.
 * `--only TEXT` takes the networks whose names have that text.
 */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { availableParallelism, tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import Table from 'cli-table3'
import type { GridPoint } from '../src/common/network/architectures/architecture.ts'
import { type NetworkDesign, depthOf, designAt, labelOf } from '../src/common/network/design.ts'
import { buildNetwork } from '../src/common/network/network.ts'
import type { SettingValues } from '../src/common/network/settings/setting.ts'
import type { Precision } from '../src/common/device.ts'
import { perPixelMoments } from '../src/common/data/mean.ts'
import { resolveRecipe } from '../src/common/training/recipes.ts'
import { drawSurvivals, survivalProbabilities } from '../src/common/training/stochastic-depth.ts'
import { generateShapes, shapeClasses } from '../src/main/data/providers/shapes/shapes-10.ts'
import { cpuDevice, workerEnvironment } from '../src/main/worker/machine/environment.ts'
import { initialState } from '../src/main/worker/backend/initial-state.ts'
import { TrainingProgram } from '../src/main/worker/backend/tensorflow/program/training-program.ts'
import { decodeTensorFile, encodeTensorFile, type TensorFile } from '../src/main/worker/checkpoint/safetensors.ts'
import { compareRuns, type Deviation, type Updates } from './compare-runs.ts'
import { runPeer } from './peer-process.ts'

const bars = { loss: 1e-4, weight: 1e-3, gradient: 0.05 } as const
const steps = 10
/** The largest round rate at which PyTorch's fp32 stays well inside the bars against its own fp64. */
const learningRateOf = (design: NetworkDesign): number => (depthOf(design) > 8 ? 0.0003 : 0.01)
/** A hundred times the recipe's, so that an update without it misses the bar. */
const weightDecay = 0.01
const shape = [32, 32, 3] as const
const imageSize = shape[0] * shape[1] * shape[2]

const point = { family: 'residual', shortcut: 'B', classes: shapeClasses.length } as const
const designs: NetworkDesign[] = [8, 20].flatMap((depth) => [
  design('plain', depth, 'A'),
  design('residual', depth, 'A'),
  design('residual', depth, 'B'),
  design('residual', depth, 'C'),
])
/** Settings, each alone on the shallow net. */
designs.push(
  design('highway', 8, 'A'),
  design('highway', 8, 'B'),
  design('plain', 8, 'A', { normalization: 'none' }),
  design('residual', 8, 'B', { normalization: 'none' }),
  design('residual', 8, 'A', { activationOrder: 'pre' }),
  design('residual', 8, 'B', { activationOrder: 'pre' }),
  design('highway', 8, 'B', { activationOrder: 'pre' }),
  design('residual', 11, 'A', { blockKind: 'bottleneck' }),
  at('imagenet', { ...point, family: 'plain', depth: 18 }),
  at('imagenet', { ...point, depth: 18 }),
  at('imagenet', { ...point, depth: 50, shortcut: 'A' }),
  at('imagenet', { ...point, depth: 14, settings: { blocks: [1, 1, 1, 1], bottleneckStride: '3x3', stem: '3x3' } }),
  at('vgg', { ...point, family: 'plain', depth: 16, widths: [16, 32, 32, 64, 64] }),
  at('vgg', { ...point, family: 'plain', depth: 16, widths: [16, 32, 32, 64, 64], settings: { normalization: 'none', headWidth: 64 } }),
  // The last one, see below.
  design('residual', 8, 'A', { survival: 0.5 }),
)
/** Branches of the one net above that has stochastic depth, each step. */
const survivalsOf = (step: number): Float32Array => drawSurvivals(survivalProbabilities(buildNetwork(designs.at(-1)!)), 1, step)

interface Batches {
  /** uint8 [steps * batch, 32, 32, 3] */
  readonly images: Uint8Array
  readonly labels: Int32Array
  /** [32, 32, 3], of images scaled to 0..1 */
  readonly mean: Float32Array
  readonly batchSize: number
}

function design(
  family: NetworkDesign['family'],
  depth: number,
  shortcut: NetworkDesign['shortcut'],
  settings: SettingValues = {},
): NetworkDesign {
  return at('cifar', { ...point, family, depth, shortcut, settings })
}

function at(architecture: string, of: Omit<GridPoint, 'inputShape'>): NetworkDesign {
  return designAt(architecture, { ...of, inputShape: [...shape] })
}

async function makeBatches(batchSize: number): Promise<Batches> {
  const { images, labels } = await generateShapes('train')
  const count = steps * batchSize
  const { mean } = perPixelMoments(
    images,
    imageSize,
    Uint32Array.from({ length: count }, (_, index) => index),
  )
  return { images: images.subarray(0, count * imageSize), labels: Int32Array.from(labels.subarray(0, count)), mean, batchSize }
}

/** The batches as PyTorch gets them: fp32, normalised here and not by the program under test. */
function batchFile({ images, labels, mean, batchSize }: Batches): TensorFile {
  const normalized = Float32Array.from(images, (value, index) => value / 255 - mean[index % imageSize]!)
  const allSurvivals = Float32Array.from(Array.from({ length: steps }, (_, step) => [...survivalsOf(step)]).flat())
  return {
    tensors: new Map([
      ['images', { shape: [steps, batchSize, ...shape], values: normalized }],
      ['labels', { shape: [steps, batchSize], values: Float32Array.from(labels) }],
      ['survivals', { shape: [steps, survivalsOf(0).length], values: allSurvivals }],
    ]),
    metadata: {},
  }
}

function updateHere(of: NetworkDesign, batches: Batches, weightsFile: string, precision: Precision): Updates {
  const { batchSize, images, labels, mean } = batches
  const network = buildNetwork(of)
  const recipe = resolveRecipe('paper-cifar10', { batchSize, cropPadding: 0, flip: false, weightDecay })
  const program = new TrainingProgram({ network, recipe, precision, imageCount: labels.length, evaluationBatchSize: batchSize })
  try {
    program.loadData({
      images: (start, end) => images.subarray(start * imageSize, end * imageSize),
      labels,
      mean,
      inverseStd: new Float32Array(3).fill(1),
    })
    const start = initialState(network, 1)
    program.setState(start)
    const shapes = program.stateShapes()
    const tensors = [...start].map(([name, values]) => [name, { shape: shapes.get(name)!, values }] as const)
    writeFileSync(weightsFile, encodeTensorFile({ tensors: new Map(tensors), metadata: {} }))
    const indices = (step: number) => Int32Array.from({ length: batchSize }, (_, image) => step * batchSize + image)
    const augmentation = { crops: null, shifts: null }
    const survivals = of.survival === undefined ? () => undefined : survivalsOf
    const firstGradients = program.gradients({ images: indices(0), augmentation }, survivals(0))
    const losses = Array.from(
      { length: steps },
      (_, step) => program.step({ images: indices(step), augmentation }, learningRateOf(of), survivals(step)).loss,
    )
    return { losses, firstGradients, state: program.state() }
  } finally {
    program.dispose()
  }
}

function updateInPyTorch(of: NetworkDesign, folder: string, threads: number, precision: Precision | 'fp64'): Updates {
  const output = join(folder, `${precision}.safetensors`)
  const files = ['--weights', join(folder, 'weights.safetensors'), '--batches', join(folder, 'batches.safetensors'), '--output', output]
  const text = runPeer('updates.py', [
    '--design',
    JSON.stringify(of),
    ...files,
    '--learning-rate',
    String(learningRateOf(of)),
    '--weight-decay',
    String(weightDecay),
    '--precision',
    precision,
    '--threads',
    String(threads),
  ])
  const { losses } = JSON.parse(text) as { losses: number[] } // updates.py's documented answer
  const state = new Map<string, Float32Array>()
  const firstGradients = new Map<string, Float32Array>()
  const prefix = 'first-gradient/'
  for (const [name, { values }] of decodeTensorFile(readFileSync(output)).tensors) {
    if (name.startsWith(prefix)) firstGradients.set(name.slice(prefix.length), values)
    else state.set(name, values)
  }
  return { losses, firstGradients, state }
}

function isWithin(deviation: Deviation, limits: Deviation): boolean {
  return columns.every((column) => deviation[column] <= limits[column])
}

const columns = ['loss', 'weight', 'statistic', 'gradient'] as const
const barsOfFp32: Deviation = { loss: bars.loss, weight: bars.weight, statistic: bars.weight, gradient: bars.gradient }
const scientific = (value: number) => value.toExponential(1)
const numbersOf = (deviation: Deviation) => columns.map((column) => scientific(deviation[column]))

/** Rows of the table for one network, and whether all bars are met. */
function compare(of: NetworkDesign, batches: Batches, folder: string, options: Options): { rows: string[][]; met: boolean } {
  const weights = join(folder, 'weights.safetensors')
  const ours = updateHere(of, batches, weights, 'fp32')
  const peer = updateInPyTorch(of, folder, options.threads, 'fp32')
  const range = `${peer.losses[0]!.toFixed(3)} to ${peer.losses.at(-1)!.toFixed(3)}`
  const head = [labelOf(of), String(learningRateOf(of)), range]
  const rows: string[][] = []
  let met = true
  const add = (words: string[], deviation: Deviation, limits: Deviation | null) => {
    if (limits) met &&= isWithin(deviation, limits)
    rows.push([...words, ...numbersOf(deviation), limits ? (isWithin(deviation, limits) ? 'met' : 'NOT MET') : ''])
  }
  if (options.precisions.includes('fp32')) add(head, compareRuns(ours, peer), barsOfFp32)
  if (options.double) add(['  PyTorch fp32 - fp64', '', ''], compareRuns(peer, updateInPyTorch(of, folder, options.threads, 'fp64')), null)
  if (options.precisions.includes('bf16')) {
    const floor = compareRuns(updateInPyTorch(of, folder, options.threads, 'bf16'), peer)
    const limits = { loss: 2 * floor.loss, weight: 2 * floor.weight, statistic: 2 * floor.statistic, gradient: 2 * floor.gradient }
    add([`${labelOf(of)}, bf16`, String(learningRateOf(of)), ''], compareRuns(updateHere(of, batches, weights, 'bf16'), peer), limits)
    add(['  PyTorch bf16 - fp32', '', ''], floor, null)
  }
  return { rows, met }
}

interface Options {
  readonly double: boolean
  readonly threads: number
  readonly precisions: readonly Precision[]
}

async function main(): Promise<number> {
  const { values: options } = parseArgs({
    options: {
      double: { type: 'boolean', default: false },
      'batch-size': { type: 'string', default: '128' },
      threads: { type: 'string', default: String(availableParallelism()) },
      only: { type: 'string', default: '' },
      precision: { type: 'string', default: 'fp32,bf16' },
    },
  })
  const threads = Number(options.threads)
  const precisions = (['fp32', 'bf16'] as const).filter((precision) => options.precision.split(',').includes(precision))
  Object.assign(process.env, workerEnvironment(cpuDevice(threads, 'fp32')))
  const batches = await makeBatches(Number(options['batch-size']))
  const folder = mkdtempSync(join(tmpdir(), 'skiplab-parity-'))
  const table = new Table({
    head: ['network', 'rate', 'loss', 'loss, relative', 'weights', 'running stat.', 'first gradient', 'verdict'],
    style: { head: [], border: [] },
  })
  const chosen = designs.filter((of) => labelOf(of).includes(options.only))
  let failures = 0
  try {
    writeFileSync(join(folder, 'batches.safetensors'), encodeTensorFile(batchFile(batches)))
    for (const of of chosen) {
      const { rows, met } = compare(of, batches, folder, { double: options.double, threads, precisions })
      if (!met) failures++
      table.push(...rows)
      process.stderr.write(rows.map((row) => `${row.join('  ')}\n`).join(''))
    }
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
  process.stdout.write(
    `Largest deviations from PyTorch's fp32, ${steps} updates, batch ${batches.batchSize}. ` +
      `Bars in fp32: loss ${bars.loss} relative, weights and running statistics ${bars.weight}, gradient ${bars.gradient} of its norm; ` +
      `in bf16: twice PyTorch's own.\n${table.toString()}\n`,
  )
  process.stdout.write(failures === 0 ? 'All bars met.\n' : `${failures} of ${chosen.length} networks miss a bar.\n`)
  return failures === 0 ? 0 : 1
}

process.exitCode = await main()
