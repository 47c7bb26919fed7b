/**
 * `npm run parity -- weights`: weights that Skiplab exports, loaded by PyTorch (a state dict and safetensors, into networks with the public
 * codes' names), by onnxruntime and by TensorFlow, on the same bytes; `--only highway` takes the networks whose titles have that in them.
 *
 * Bar: each score, before softmax, within 1e-4 of the largest score of Skiplab's own program. The peer (`peer/exported.py`) shares none of
 * this code and gets nothing but the files.
 */
import { spawn } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import Table from 'cli-table3'
import { InferenceSession, Tensor } from 'onnxruntime-web'
import type { GridPoint } from '../../src/common/network/architectures/architecture.ts'
import { designAt, labelOf, type NetworkDesign } from '../../src/common/network/design.ts'
import { buildNetwork } from '../../src/common/network/network.ts'
import type { SettingValues } from '../../src/common/network/settings/setting.ts'
import { Random } from '../../src/common/training/random.ts'
import { resolveRecipe } from '../../src/common/training/recipes.ts'
import { survivalProbabilities } from '../../src/common/training/stochastic-depth.ts'
import { namingHabits } from '../../src/common/weights/habits/habits.ts'
import { writeFileBy } from '../../src/main/weights/write/files/output-file.ts'
import { writeOnnx } from '../../src/main/weights/write/onnx/onnx.ts'
import { writePyTorch } from '../../src/main/weights/write/pytorch.ts'
import { writeSafetensors } from '../../src/main/weights/write/safetensors.ts'
import { writeSavedModel } from '../../src/main/weights/write/saved-model/saved-model.ts'
import {
  channelsFirst,
  type ImagePreprocessing,
  stateArrays,
  type WeightsSource,
} from '../../src/main/weights/write/source/weights-source.ts'
import { initialState } from '../../src/main/worker/backend/initial-state.ts'
import { nativeBinding } from '../../src/main/worker/backend/tensorflow/graph/session.ts'
import { TrainingProgram } from '../../src/main/worker/backend/tensorflow/program/training-program.ts'
import { decodeTensorFile } from '../../src/main/worker/checkpoint/safetensors.ts'
import { peerCommand } from '../peer-process.ts'
import { chooseCases } from './choose-cases.ts'

const bar = 1e-4
const imageCount = 16

interface ExportCase {
  readonly design: NetworkDesign
  readonly naming: string
}

type Point = Partial<Omit<GridPoint, 'settings'>> & Pick<GridPoint, 'depth'>

function exported(architecture: string, naming: string, point: Point, settings: SettingValues = {}): ExportCase {
  const usual = { family: 'residual', shortcut: 'B', classes: 10, inputShape: [32, 32, 3] as [number, number, number] } as const
  return { naming, design: designAt(architecture, { ...usual, inputShape: [...usual.inputShape], ...point, settings }) }
}

const large: { inputShape: [number, number, number] } = { inputShape: [64, 64, 3] }

/** One network of each family and every naming. */
const exportCases: readonly ExportCase[] = [
  exported('cifar', 'a-martyn', { depth: 20, family: 'plain' }),
  exported('cifar', 'a-martyn', { depth: 20, shortcut: 'A' }),
  exported('cifar', 'akamaster', { depth: 20, shortcut: 'A' }),
  exported('cifar', 'akamaster', { depth: 20, shortcut: 'A' }, { shortcutPadding: 'both' }),
  exported('cifar', 'akamaster', { depth: 20 }),
  exported('cifar', 'akamaster', { depth: 11, shortcut: 'C' }, { blockKind: 'bottleneck' }),
  exported('cifar', 'skiplab', { depth: 20, family: 'highway' }),
  exported('cifar', 'skiplab', { depth: 20 }, { activationOrder: 'pre' }),
  exported('cifar', 'skiplab', { depth: 20 }, { normalization: 'none' }),
  exported('cifar', 'skiplab', { depth: 20, shortcut: 'A' }, { survival: 0.5 }),
  exported('imagenet', 'torchvision', { depth: 18, ...large }),
  exported('imagenet', 'torchvision', { depth: 50, ...large }),
  exported('imagenet', 'torchvision', { depth: 50, ...large }, { bottleneckStride: '3x3' }),
  exported('vgg', 'torchvision', { depth: 16, family: 'plain', inputShape: [64, 32, 3] }),
  exported('vgg', 'torchvision', { depth: 16, family: 'plain' }, { normalization: 'none' }),
]

interface Prepared {
  readonly source: WeightsSource & { readonly preprocessing: ImagePreprocessing }
  /** uint8 [imageCount, height, width, channels] */
  readonly pixels: Uint8Array
  /** By Skiplab's own program. */
  readonly scores: Float32Array
}

/** New weights whose BN is away from its start, random images, and a mean per pixel for CIFAR nets, per channel for others. */
function prepare({ design, naming }: ExportCase): Prepared {
  const network = buildNetwork(design)
  const random = new Random(11)
  const state = initialState(network, 1)
  for (const [name, values] of state) {
    if (name.endsWith('/running-variance')) values.forEach((_, at) => (values[at] = 1 + random.uniform()))
    else if (!name.endsWith('/weights')) values.forEach((value, at) => (values[at] = value + 0.1 * random.normal()))
  }
  const [height, width, channels] = design.inputShape
  const size = height * width * channels
  const perPixel = design.architecture === 'cifar'
  const pixels = Uint8Array.from({ length: imageCount * size }, () => random.below(256))
  const mean = Float32Array.from({ length: perPixel ? size : channels }, () => 0.4 + 0.2 * random.uniform())
  const inverseStd = Float32Array.from({ length: channels }, () => (perPixel ? 1 : 3 + random.uniform()))
  const normalization = perPixel ? 'per-pixel-mean' : 'per-channel-mean-std'
  const recipe = resolveRecipe('paper-cifar10', {
    cropPadding: 0,
    flip: false,
    batchSize: imageCount,
    normalization,
    batchNormEpsilon: 2e-5,
  })
  const program = new TrainingProgram({ network, recipe, precision: 'fp32', imageCount, evaluationBatchSize: imageCount })
  program.loadData({
    images: (start, end) => pixels.subarray(start * size, end * size),
    labels: new Int32Array(imageCount),
    mean,
    inverseStd,
  })
  program.setState(state)
  const scores = program.logits(Int32Array.from({ length: imageCount }, (_, index) => index))
  program.dispose()
  const habit = namingHabits.find(({ name }) => name === naming)!
  const read = (name: string) => state.get(name)!
  const source = { network, habit, batchNormEpsilon: recipe.batchNormEpsilon, preprocessing: { mean, inverseStd }, read, metadata: {} }
  return { source, pixels, scores }
}

/** A process with PyTorch that stays alive: `peer/exported.py`. */
class PyTorchLoader {
  readonly #child
  readonly #lines

  constructor(threads: number) {
    const [command, args] = peerCommand('exported.py', ['--threads', String(threads)])
    this.#child = spawn(command, args, { stdio: ['pipe', 'pipe', 'inherit'] })
    this.#lines = createInterface({ input: this.#child.stdout })[Symbol.asyncIterator]()
  }

  /** @throws Error when the peer ends before it answered */
  async score(weights: string, images: string, { source }: Prepared): Promise<Float32Array> {
    const output = `${weights}.scores`
    const { network, habit, batchNormEpsilon, preprocessing } = source
    const [height, width, channels] = network.design.inputShape
    const flat = channelsFirst(preprocessing.mean, channels)
    const mean = flat.length === channels ? [...flat] : nested([...flat], [channels, height, width])
    const survivals = network.design.survival === undefined ? null : survivalProbabilities(network)
    const request = {
      ...{ design: network.design, naming: habit.name, survivals, epsilon: batchNormEpsilon, weights, images, output },
      ...{ preprocessing: null, mean, std: [...preprocessing.inverseStd.map((value) => 1 / value)] },
    }
    this.#child.stdin.write(`${JSON.stringify(request)}\n`)
    const line = await this.#lines.next()
    if (line.done) throw new Error(`PyTorch ended before it answered for ${weights}; what went wrong is above.`)
    return decodeTensorFile(readFileSync(output)).tensors.get('scores')!.values
  }

  stop(): void {
    this.#child.stdin.end()
  }
}

/** Numbers as lists in lists. */
function nested(values: readonly number[], [first, ...rest]: readonly number[]): unknown[] {
  if (first === undefined || rest.length === 0) return [...values]
  const size = values.length / first
  return Array.from({ length: first }, (_, index) => nested(values.slice(index * size, (index + 1) * size), rest))
}

async function scoreInOnnxruntime(path: string, { source, pixels }: Prepared): Promise<Float32Array> {
  const [height, width, channels] = source.network.design.inputShape
  const session = await InferenceSession.create(readFileSync(path))
  const image = height * width
  const images = Float32Array.from(pixels, (_, at) => {
    const within = at % (image * channels)
    return pixels[at - within + (within % image) * channels + Math.floor(within / image)]! / 255
  })
  const { scores } = await session.run({ images: new Tensor('float32', images, [imageCount, channels, height, width]) })
  const values = Float32Array.from(scores!.data as Float32Array)
  await session.release()
  return values
}

function scoreInTensorFlow(folder: string, { source, pixels }: Prepared): Float32Array {
  const binding = nativeBinding()
  const model = binding.loadSavedModel(folder, 'serve')
  const images = Float32Array.from(pixels, (value) => value / 255)
  const input = binding.createTensor([imageCount, ...source.network.design.inputShape], binding.TF_FLOAT, images)
  const [output] = binding.runSavedModel(model, [input], 'images:0', 'scores:0')
  const scores = Float32Array.from(binding.tensorDataSync(output!.id))
  for (const id of [input, output!.id]) binding.deleteTensor(id)
  binding.deleteSavedModel(model)
  return scores
}

const programs = ['PyTorch .pt', 'safetensors', 'onnxruntime', 'TensorFlow'] as const

/** @returns largest distance of a score from Skiplab's, over the largest score, by program */
async function compare(of: ExportCase, peer: PyTorchLoader, folder: string): Promise<number[]> {
  const prepared = prepare(of)
  const { source, pixels } = prepared
  const file = (name: string) => join(folder, name)
  const images = file('images.safetensors')
  const uint8 = { name: 'images', type: 'uint8', shape: [imageCount, ...source.network.design.inputShape], pixels } as const
  writeFileSync(images, uint8File(uint8))
  writeFileBy(file('x.pt'), (out) => writePyTorch(out, stateArrays(source)))
  writeFileBy(file('x.safetensors'), (out) => writeSafetensors(out, stateArrays(source), {}))
  writeFileBy(file('x.onnx'), (out) => writeOnnx(out, source))
  writeSavedModel(file('saved-model'), source)
  const found = [
    await peer.score(file('x.pt'), images, prepared),
    await peer.score(file('x.safetensors'), images, prepared),
    await scoreInOnnxruntime(file('x.onnx'), prepared),
    scoreInTensorFlow(file('saved-model'), prepared),
  ]
  const largest = prepared.scores.reduce((most, score) => Math.max(most, Math.abs(score)), 0)
  return found.map(
    (scores) => scores.reduce((most, score, at) => Math.max(most, Math.abs(score - prepared.scores[at]!)), 0) / Math.max(1, largest),
  )
}

/** One uint8 array as safetensors. */
function uint8File({ name, shape, pixels }: { name: string; shape: readonly number[]; pixels: Uint8Array }): Buffer {
  const text = Buffer.from(JSON.stringify({ [name]: { dtype: 'U8', shape, data_offsets: [0, pixels.length] } }))
  const length = Buffer.alloc(8)
  length.writeBigUInt64LE(BigInt(text.length))
  return Buffer.concat([length, text, pixels])
}

/** @returns the exit code */
export async function compareExportedWeights(args: readonly string[]): Promise<number> {
  const about = 'exported weights in PyTorch, onnxruntime and TensorFlow'
  const { threads, chosen } = chooseCases('exports', about, args, exportCases, ({ design }) => labelOf(design))
  const table = new Table({ head: ['network', 'names', ...programs, 'verdict'], style: { head: [], border: [] } })
  const peer = new PyTorchLoader(threads)
  let missed = 0
  try {
    for (const of of chosen) {
      const folder = mkdtempSync(join(tmpdir(), 'skiplab-weights-'))
      try {
        const distances = await compare(of, peer, folder)
        const isMet = distances.every((distance) => distance <= bar)
        missed += isMet ? 0 : 1
        table.push([labelOf(of.design), of.naming, ...distances.map((value) => value.toExponential(1)), isMet ? 'met' : 'NOT MET'])
        process.stderr.write(`${labelOf(of.design)}, ${of.naming}: ${distances.map((value) => value.toExponential(1)).join('  ')}\n`)
      } finally {
        rmSync(folder, { recursive: true, force: true })
      }
    }
  } finally {
    peer.stop()
  }
  process.stdout.write(
    `Largest distance of a score from Skiplab's own, over the largest score. Bar: ${bar}.\n${table.toString()}\n` +
      (missed === 0 ? 'All bars met.\n' : `${missed} rows miss the bar.\n`),
  )
  return missed === 0 ? 0 : 1
}
