/**
 * `npm run parity -- imports`: weights that PyTorch writes as public codes save them, imported by the engine's own code into a workspace,
 * and scored by Skiplab's program from the checkpoint that the import kept; `--only VGG` takes the networks whose titles have that in them.
 * `npm run parity -- weights` does so behind its exports.
 *
 * Bar: each score, before softmax, within 1e-4 of PyTorch's largest score on the same random bytes. The peer (`peer/imported.py`) shares
 * none of this code; the network, its conventions and its normalisation are recognised from the file but for what a case gives.
 */
import { spawn } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { setTimeout as sleep } from 'node:timers/promises'
import Table from 'cli-table3'
import type { EngineClient } from '../../src/common/rpc/contract.ts'
import type { WeightOptionsInput } from '../../src/common/rpc/weights.ts'
import { connectEngine } from '../../src/main/client/client.ts'
import { decodeTensorFile } from '../../src/main/worker/checkpoint/safetensors.ts'
import { processStartedAt } from '../../src/main/workspace/process-identity.ts'
import { peerCommand } from '../peer-process.ts'
import { chooseCases } from './choose-cases.ts'
import { importHere, scoreHere } from './score-imported.ts'

const bar = 1e-4

interface ImportCase {
  readonly title: string
  /** What the peer makes and saves. */
  readonly made: {
    readonly naming: 'akamaster' | 'torchvision'
    readonly design: Readonly<Record<string, unknown>>
    readonly saved: 'state-dict' | 'checkpoint' | 'legacy-checkpoint'
    readonly mean: readonly number[]
    readonly std: readonly number[]
    readonly range: 1 | 255
    readonly order: 'rgb' | 'bgr'
  }
  readonly extension: string
  /** What a person has to say. */
  readonly options: WeightOptionsInput
}

/** As torchvision and akamaster have it: stated here once more, because the import has to know it by itself. */
const ofImages = { mean: [0.485, 0.456, 0.406], std: [0.229, 0.224, 0.225], range: 1, order: 'rgb' } as const
const small = { inputShape: [64, 64, 3], classes: 20, family: 'residual', shortcut: 'B', architecture: 'imagenet' } as const
const cifar = { architecture: 'cifar', family: 'residual', n: 3, widths: [16, 32, 64], inputShape: [32, 32, 3], classes: 10 } as const
const usualWidths = [64, 128, 256, 512]
const caffe = { mean: [103.939, 116.779, 123.68], range: 255 } as const

const importCases: readonly ImportCase[] = [
  {
    title: "ResNet-20, akamaster's, option A on both sides",
    made: {
      ...ofImages,
      naming: 'akamaster',
      design: { ...cifar, shortcut: 'A', shortcutPadding: 'both' },
      saved: 'legacy-checkpoint',
    },
    extension: 'th',
    options: {},
  },
  {
    title: "ResNet-18, torchvision's",
    made: { ...ofImages, naming: 'torchvision', design: { ...small, widths: usualWidths, blocks: [2, 2, 2, 2] }, saved: 'state-dict' },
    extension: 'pth',
    options: { imageSize: 64 },
  },
  {
    title: "ResNet-50, torchvision's, stride in 3x3",
    made: {
      ...ofImages,
      naming: 'torchvision',
      design: { ...small, widths: usualWidths, blocks: [3, 4, 6, 3], blockKind: 'bottleneck', bottleneckStride: '3x3' },
      saved: 'checkpoint',
    },
    extension: 'pth',
    options: { imageSize: 64 },
  },
  {
    title: "ResNet-18, blue first, Caffe's mean of 0 to 255, narrow",
    made: {
      ...{ ...caffe, std: [1, 1, 1], order: 'bgr', naming: 'torchvision', saved: 'state-dict' },
      design: { ...small, widths: [16, 32, 64, 128], blocks: [2, 2, 2, 2] },
    },
    extension: 'pt',
    options: { imageSize: 64, channelOrder: 'bgr', mean: [...caffe.mean], range: 255 },
  },
  {
    title: "VGG-16 with BN behind biases, torchvision's, narrow",
    made: {
      ...ofImages,
      naming: 'torchvision',
      design: { architecture: 'vgg', layers: 16, widths: [16, 32, 32, 64, 64], headWidth: 64, inputShape: [64, 64, 3], classes: 20 },
      saved: 'state-dict',
    },
    extension: 'pth',
    options: {},
  },
]

/** A process with PyTorch that stays alive: `peer/imported.py`. */
class PyTorchWriter {
  readonly #child
  readonly #lines

  constructor(threads: number) {
    const [command, args] = peerCommand('imported.py', ['--threads', String(threads)])
    this.#child = spawn(command, args, { stdio: ['pipe', 'pipe', 'inherit'] })
    this.#lines = createInterface({ input: this.#child.stdout })[Symbol.asyncIterator]()
  }

  /** @throws Error when the peer ends before it answered */
  async write({ title, made }: ImportCase, weights: string): Promise<{ images: Float32Array; scores: Float32Array }> {
    const output = `${weights}.scores`
    this.#child.stdin.write(`${JSON.stringify({ ...made, weights, output })}\n`)
    const line = await this.#lines.next()
    if (line.done) throw new Error(`PyTorch ended before it answered for ${title}; what went wrong is above.`)
    const { tensors } = decodeTensorFile(readFileSync(output))
    return { images: tensors.get('images')!.values, scores: tensors.get('scores')!.values }
  }

  stop(): void {
    this.#child.stdin.end()
  }
}

interface Compared {
  /** Largest distance of a score from PyTorch's, over `largest`. */
  readonly distance: number
  /** PyTorch's largest score. */
  readonly largest: number
}

async function compare(of: ImportCase, peer: PyTorchWriter, engine: EngineClient, workspace: string): Promise<Compared> {
  const path = join(workspace, `weights.${of.extension}`)
  const { images, scores } = await peer.write(of, path)
  const ours = scoreHere(await importHere(path, engine, workspace, of.options), images)
  if (ours.length !== scores.length) throw new Error(`${of.title}: ${ours.length} scores here, ${scores.length} in PyTorch.`)
  const largest = scores.reduce((most, score) => Math.max(most, Math.abs(score)), 0)
  return { distance: ours.reduce((most, score, at) => Math.max(most, Math.abs(score - scores[at]!)), 0) / largest, largest }
}

/** Every case in turn, in a workspace that is gone afterwards. */
async function compareAll(cases: readonly ImportCase[], threads: number): Promise<Compared[]> {
  const workspace = mkdtempSync(join(tmpdir(), 'skiplab-imports-'))
  try {
    return await compareIn(workspace, cases, threads)
  } finally {
    rmSync(workspace, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 })
  }
}

async function compareIn(workspace: string, cases: readonly ImportCase[], threads: number): Promise<Compared[]> {
  const engine = await connectEngine({ workspace, engineScript: join(import.meta.dirname, '../../out/main/engine.cjs') })
  const peer = new PyTorchWriter(threads)
  const rows: Compared[] = []
  try {
    for (const of of cases) {
      rows.push(await compare(of, peer, engine, workspace))
      process.stderr.write(`${of.title}: ${rows.at(-1)!.distance.toExponential(1)}\n`)
    }
  } finally {
    peer.stop()
    await endEngine(engine)
  }
  return rows
}

/** Waits for the process, which writes into its workspace until its end, and makes what is missing of it. */
async function endEngine(engine: EngineClient): Promise<void> {
  const { pid } = await engine.call('engine.status', {})
  const startedAt = processStartedAt(pid)
  await engine.call('engine.stop', { mode: 'now' })
  while (startedAt !== null && processStartedAt(pid) === startedAt) await sleep(50)
}

/** @returns the exit code */
export async function compareImportedWeights(args: readonly string[]): Promise<number> {
  const about = 'weights that PyTorch wrote, imported'
  const { threads, chosen } = chooseCases('imports', about, args, importCases, ({ title }) => title)
  const table = new Table({ head: ['network', 'largest score', 'distance', 'verdict'], style: { head: [], border: [] } })
  let missed = 0
  for (const [index, { distance, largest }] of (await compareAll(chosen, threads)).entries()) {
    // Not "above", because a distance that is no number is within no bar.
    const isMet = distance <= bar
    missed += isMet ? 0 : 1
    table.push([chosen[index]!.title, largest.toPrecision(3), distance.toExponential(1), isMet ? 'met' : 'NOT MET'])
  }
  process.stdout.write(
    `Imported weights: largest distance of a score from PyTorch's, over PyTorch's largest score. Bar: ${bar}.\n${table.toString()}\n` +
      (missed === 0 ? 'All bars met.\n' : `${missed} rows miss the bar.\n`),
  )
  return missed === 0 ? 0 : 1
}
