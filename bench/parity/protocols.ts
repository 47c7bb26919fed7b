/**
 * `npm run parity -- protocols`: the same weights and the same pixels, scored by Skiplab's evaluation job and by PyTorch under every test
 * protocol; `--only highway` takes the networks whose titles have that in them.
 *
 * Bars: each score (softmax, averaged over views) within 1e-4, each scaled pixel within 1 of 255. Statistics of BN are averaged over the
 * training images by each program for itself; one row takes those of the file. The peer (`peer/protocols.py`) shares none of this code:
 * it scales, crops, mirrors and normalizes the bytes itself. Where a scaled value lies on the edge of two bytes, either may be right, and
 * a net of 50 layers makes much of it: so windows are compared as bytes, and the same bytes are scored.
 */
import { spawn } from 'node:child_process'
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import Table from 'cli-table3'
import { z } from 'zod'
import type { DatasetManifest } from '../../src/common/data/dataset.ts'
import { type ViewGroup, viewGroups } from '../../src/common/evaluation/scoring-plan.ts'
import { elements } from '../../src/common/network/kinds/shape.ts'
import { buildNetwork } from '../../src/common/network/network.ts'
import type { BatchStatistics, TestProtocol } from '../../src/common/results/protocols.ts'
import { Random, randomStreams } from '../../src/common/training/random.ts'
import { shapeClasses } from '../../src/main/data/providers/shapes/shapes-10.ts'
import { ScoreFile } from '../../src/main/data/scores/score-file.ts'
import { DatasetWriter } from '../../src/main/data/stored/dataset-writer.ts'
import { readManifest } from '../../src/main/data/stored/dataset-folder.ts'
import { initialState } from '../../src/main/worker/backend/initial-state.ts'
import { decodeTensorFile, encodeTensorFile } from '../../src/main/worker/checkpoint/safetensors.ts'
import { createScoringBackend } from '../../src/main/worker/create-backend.ts'
import { evaluateCheckpoint } from '../../src/main/worker/jobs/evaluate/evaluate-checkpoint.ts'
import { scaleWindow } from '../../src/main/worker/source/streamed/scale-window.ts'
import { cpuDevice } from '../../src/main/worker/machine/environment.ts'
import { peerCommand } from '../peer-process.ts'
import { chooseCases } from './choose-cases.ts'
import { type ProtocolCase, protocolCases } from './protocol-cases.ts'

const bar = 1e-4
const pixelBar = 1
const answerSchema = z.object({ pixels: z.number(), differing: z.number() })
const counts = { train: 32, test: 12 }
const seed = 1

interface Tested {
  readonly protocol: TestProtocol
  readonly batchStatistics: BatchStatistics
}
const ways: readonly Tested[] = [
  { protocol: 'single-view', batchStatistics: 'moving' },
  { protocol: 'single-view', batchStatistics: 'training-set' },
  { protocol: '10-crop', batchStatistics: 'training-set' },
  { protocol: 'multi-scale', batchStatistics: 'training-set' },
]

/** Files of one network: a data set, a checkpoint, and the same pixels for the peer. */
interface Files {
  readonly manifest: DatasetManifest
  readonly datasetFolder: string
  readonly weights: string
  /** As stored, uint8 [images, height, width, 3]. */
  readonly train: Uint8Array
  readonly test: Uint8Array
}

async function makeFiles(of: ProtocolCase, folder: string): Promise<Files> {
  const datasetFolder = join(folder, 'smooth')
  mkdirSync(datasetFolder, { recursive: true })
  const [height, width] = of.stored
  const image = { size: 'fixed', height, width, channels: 3 } as const
  const description = { name: 'smooth', title: 'Smooth', classes: [...shapeClasses], image, source: 'drawn for parity' }
  const writer = await DatasetWriter.open(datasetFolder, description, counts)
  const random = new Random(9)
  const parts: Uint8Array[] = []
  for (const split of ['train', 'test'] as const) {
    const images = Array.from({ length: counts[split] }, () => smoothImage(random, height, width))
    parts.push(Buffer.concat(images))
    for (const [index, pixels] of images.entries()) await writer.write(split, index, pixels, Uint8Array.of(index % shapeClasses.length))
  }
  await writer.finish()
  await writer.close()
  const weights = join(folder, 'weights.safetensors')
  writeWeights(of, weights)
  return { manifest: await readManifest(datasetFolder), datasetFolder, weights, train: parts[0]!, test: parts[1]! }
}

/** Waves of random colours with some noise. */
function smoothImage(random: Random, height: number, width: number): Uint8Array {
  const waves = Array.from({ length: 3 }, () => [random.uniform(), random.uniform(), random.uniform()] as const)
  return Uint8Array.from({ length: height * width * 3 }, (_, at) => {
    const [row, column, [a, b, c]] = [Math.floor(at / (3 * width)), Math.floor(at / 3) % width, waves[at % 3]!]
    const wave = Math.sin((12 * a * row) / height + (12 * b * column) / width + 6 * c)
    return 128 + 100 * wave + 20 * random.uniform()
  })
}

/** uint8 [images, height, width, 3] */
interface Pixels {
  readonly shape: readonly number[]
  readonly bytes: Uint8Array
}

/** uint8 arrays as safetensors. */
function uint8File(arrays: ReadonlyMap<string, Pixels>): Buffer {
  let offset = 0
  const header: Record<string, unknown> = {}
  for (const [name, { shape, bytes }] of arrays) header[name] = { dtype: 'U8', shape, data_offsets: [offset, (offset += bytes.length)] }
  const text = Buffer.from(JSON.stringify(header))
  const length = Buffer.alloc(8)
  length.writeBigUInt64LE(BigInt(text.length))
  return Buffer.concat([length, text, ...[...arrays.values()].map(({ bytes }) => bytes)])
}

/** What is read of stored images through a window. */
function windowOf({ stored: [height, width] }: ProtocolCase, bytes: Uint8Array, group: ViewGroup, index: number): Pixels {
  const imageBytes = height * width * 3
  const [rows, columns] = group.network.design.inputShape
  const size = { height: rows, width: columns }
  const { scaled, top, left } = group.windows({ height, width })[index]!
  const crop = { height, width, scaledHeight: scaled.height, scaledWidth: scaled.width, top, left }
  const shape = [bytes.length / imageBytes, size.height, size.width, 3]
  const into = new Uint8Array(elements(shape))
  for (let image = 0; image < shape[0]!; image++) {
    const part = into.subarray(image * elements(shape.slice(1)), (image + 1) * elements(shape.slice(1)))
    scaleWindow(bytes.subarray(image * imageBytes, (image + 1) * imageBytes), crop, { channels: 3, ...size }, part)
  }
  return { shape, bytes: into }
}

/** Stored images and all windows of a protocol. */
function pixelsOf(of: ProtocolCase, { manifest, train, test }: Files, protocol: TestProtocol): Map<string, Pixels> {
  const network = buildNetwork(of.design)
  const groups = (which: TestProtocol) => viewGroups(which, { network, recipe: of.recipe, manifest })
  const seen = (bytes: Uint8Array, group: ViewGroup) =>
    Array.from({ length: group.windowCount }, (_, index) => windowOf(of, bytes, group, index))
  const stored = (bytes: Uint8Array): Pixels => ({ shape: [bytes.length / (of.stored[0] * of.stored[1] * 3), ...of.stored, 3], bytes })
  return new Map([
    ['train', stored(train)],
    ['test', stored(test)],
    ['train-view', seen(train, groups('single-view')[0]!)[0]!],
    ...groups(protocol)
      .flatMap((group) => seen(test, group))
      .map((pixels, index) => [`window-${index}`, pixels] as const),
  ])
}

/** New weights whose BN has scales, offsets and statistics away from their start. */
function writeWeights({ design }: ProtocolCase, path: string): void {
  const network = buildNetwork(design)
  const state = initialState(network, seed)
  const random = new Random(7)
  for (const [name, values] of state) {
    if (name.startsWith('momentum/')) state.delete(name)
    else if (name.endsWith('/running-variance')) values.forEach((_, at) => (values[at] = 1 + random.uniform()))
    else if (!name.endsWith('/weights')) values.forEach((value, at) => (values[at] = value + 0.1 * random.normal()))
  }
  const shapes = new Map(network.layers.flatMap(({ parameters }) => parameters.map(({ name, shape }) => [name, shape] as const)))
  const tensors = [...state].map(([name, values]) => [name, { shape: shapes.get(name) ?? [values.length], values }] as const)
  writeFileSync(path, encodeTensorFile({ tensors: new Map(tensors), metadata: {} }))
}

async function scoreHere(of: ProtocolCase, files: Files, { protocol, batchStatistics }: Tested, threads: number): Promise<Float32Array> {
  const scoresFile = join(files.datasetFolder, 'scores.safetensors')
  const settings = { network: of.design, recipe: of.recipe, dataset: { name: 'smooth', checksum: files.manifest.checksum }, seed }
  const job = {
    settings,
    settingsHash: '',
    manifest: files.manifest,
    datasetFolder: files.datasetFolder,
    checkpointFile: files.weights,
    scoresFile,
  }
  const observer = { progress: () => undefined, mayGoOn: () => Promise.resolve(true) }
  const device = cpuDevice(threads, 'fp32')
  await evaluateCheckpoint({ ...job, split: 'test', protocol, batchStatistics, device }, observer, createScoringBackend)
  const file = await ScoreFile.open(scoresFile)
  const blocks: number[] = []
  for await (const { scores } of file.blocks()) blocks.push(...scores)
  await file.close()
  return Float32Array.from(blocks)
}

/** Training images in the batches over which Skiplab takes statistics. */
function statisticsBatches({ recipe }: ProtocolCase): number[][] {
  const order = new Random(seed, randomStreams.order, 1).shuffle(Uint32Array.from({ length: counts.train }, (_, index) => index))
  return Array.from({ length: counts.train / recipe.batchSize }, (_, batch) => [
    ...order.subarray(batch * recipe.batchSize, (batch + 1) * recipe.batchSize),
  ])
}

/** A process with PyTorch that stays alive: `peer/protocols.py`. */
class PyTorchScorer {
  readonly #child
  readonly #lines

  constructor(threads: number) {
    const [command, args] = peerCommand('protocols.py', ['--threads', String(threads)])
    this.#child = spawn(command, args, { stdio: ['pipe', 'pipe', 'inherit'] })
    this.#lines = createInterface({ input: this.#child.stdout })[Symbol.asyncIterator]()
  }

  /** @throws Error when the peer ends before it answered */
  async score(of: ProtocolCase, files: Files, { protocol, batchStatistics }: Tested) {
    const { weights } = files
    const [images, output] = [`${weights}.images`, `${weights}.scores`]
    writeFileSync(images, uint8File(pixelsOf(of, files, protocol)))
    const { cropPadding, normalization } = of.recipe
    const batches = batchStatistics === 'moving' ? null : statisticsBatches(of)
    const request = { design: of.design, protocol, cropPadding, normalization, batches, weights, images, output }
    this.#child.stdin.write(`${JSON.stringify(request)}\n`)
    const line = await this.#lines.next()
    if (line.done) throw new Error(`PyTorch ended before it answered for ${of.title}; what went wrong is above.`)
    return { ...answerSchema.parse(JSON.parse(line.value)), scores: decodeTensorFile(readFileSync(output)).tensors.get('scores')!.values }
  }

  stop(): void {
    this.#child.stdin.end()
  }
}

interface Row extends Tested {
  readonly title: string
  readonly difference: number
  /** Largest difference of a scaled pixel, of 255, and how many differ at all (0 to 1). */
  readonly pixels: number
  readonly differing: number
  /** Mean of the highest scores: near 1 no difference would be seen. */
  readonly highest: number
}

async function compare(of: ProtocolCase, peer: PyTorchScorer, threads: number): Promise<Row[]> {
  const folder = mkdtempSync(join(tmpdir(), 'skiplab-protocols-'))
  try {
    const files = await makeFiles(of, folder)
    const rows: Row[] = []
    for (const way of ways) {
      const [ours, theirs] = [await scoreHere(of, files, way, threads), await peer.score(of, files, way)]
      const { classes } = of.design
      const difference = ours.reduce((largest, score, at) => Math.max(largest, Math.abs(score - theirs.scores[at]!)), 0)
      const highest = Array.from({ length: counts.test }, (_, image) => Math.max(...ours.subarray(image * classes, (image + 1) * classes)))
      const { pixels, differing } = theirs
      rows.push({
        ...way,
        title: of.title,
        difference,
        pixels,
        differing,
        highest: highest.reduce((sum, score) => sum + score, 0) / counts.test,
      })
    }
    return rows
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

/** @returns the exit code */
export async function compareProtocols(args: readonly string[]): Promise<number> {
  const about = 'scores under test protocols'
  const { threads, chosen } = chooseCases('protocols', about, args, protocolCases, ({ title }) => title)
  const peer = new PyTorchScorer(threads)
  const rows: Row[] = []
  try {
    for (const of of chosen) {
      process.stderr.write(`${of.title} ...\n`)
      rows.push(...(await compare(of, peer, threads)))
    }
  } finally {
    peer.stop()
  }
  const head = ['network', 'protocol', 'BN statistics', 'score', 'mean highest score', 'pixel', 'pixels that differ', 'verdict']
  const table = new Table({ head, style: { head: [], border: [] } })
  const isMet = ({ difference, pixels }: Row) => difference <= bar && pixels <= pixelBar
  for (const row of rows) {
    const numbers = [row.difference.toExponential(1), row.highest.toFixed(2), String(row.pixels), `${(100 * row.differing).toFixed(3)} %`]
    table.push([row.title, row.protocol, row.batchStatistics, ...numbers, isMet(row) ? 'met' : 'NOT MET'])
  }
  const failures = rows.filter((row) => !isMet(row))
  process.stdout.write(
    `Largest differences between PyTorch and Skiplab. Bars: score ${bar}, scaled pixel ${pixelBar} of 255.\n${table.toString()}\n` +
      (failures.length === 0 ? 'All bars met.\n' : `${failures.length} of ${rows.length} rows miss the bar.\n`),
  )
  return failures.length === 0 ? 0 : 1
}
