/**
 * The `data` part of `npm run bench`: reading, decoding, scaling and cropping photographs, against PyTorch's DataLoader with torchvision's
 * transforms over the same files, taking turns; no training beside. See peer/loader.py for the peer's work, which is the same.
 */
import { spawn } from 'node:child_process'
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { setTimeout as sleep } from 'node:timers/promises'
import sharp from 'sharp'
import { z } from 'zod'
import { Random } from '../src/common/training/random.ts'
import { ImagePipeline } from '../src/main/worker/source/streamed/image-pipeline.ts'
import { openSplit } from '../src/main/worker/source/streamed/stored-split.ts'
import { StreamedSource } from '../src/main/worker/source/streamed/streamed-source.ts'
import { DatasetWriter } from '../src/main/data/stored/dataset-writer.ts'
import { spreadOf, type Spread } from './comparison.ts'
import { peerCommand } from './peer-process.ts'

export interface DataLoadingOptions {
  /** A folder of classes, each a folder of JPEG files; null for drawn ones. */
  readonly images: string | null
  readonly threads: number
  readonly rounds: number
  readonly batchSize: number
}

export interface DataLoading {
  readonly size: number
  readonly images: number
  readonly source: string
  /** Images a second. */
  readonly ours: Spread
  readonly peer: Spread
  /** Ours over the peer's, round by round. */
  readonly ratio: Spread
}

const size = 64
/** In a round. */
const imagesInRound = 2048
/** Batches that were read ahead are done by then. */
const settleMs = 1000

export async function compareDataLoading(options: DataLoadingOptions): Promise<DataLoading> {
  const folder = await mkdtemp(join(tmpdir(), 'skiplab-data-bench-'))
  try {
    const images = options.images ?? (await drawPhotographs(join(folder, 'images')))
    const files = await filesIn(images)
    const stored = join(folder, 'stored')
    const manifest = await store(files, stored)
    const split = await openSplit(stored, manifest, 'train')
    const settings = {
      files: [split.path],
      channels: 3,
      encoded: true,
      height: size,
      width: size,
      windows: 1,
      atOnce: Math.max(2, options.threads),
    }
    const pipeline = await ImagePipeline.start(settings)
    const peer = await Peer.start(images, options)
    try {
      const recipe = { batchSize: options.batchSize, cropPadding: 0, flip: true, colourShift: 0, pcaShift: 0, scaleJitter: [256, 480] }
      const train = Uint32Array.from({ length: split.count }, (_, index) => index)
      const shared = { pipeline, file: 0, split, size: { height: size, width: size }, scaled: true, channels: 3, recipe, train }
      const rounds: { ours: number; peer: number }[] = []
      for (let round = 0; round <= options.rounds; round++) {
        const ours = await readImages(new StreamedSource({ ...shared, seed: round }), options.batchSize)
        await sleep(settleMs)
        rounds.push({ ours, peer: await peer.round() })
        await sleep(settleMs)
      }
      // The first warms both up.
      const measured = rounds.slice(1)
      return {
        size,
        images: files.length,
        source: options.images === null ? 'drawn photographs' : 'photographs given',
        ours: spreadOf(measured.map(({ ours }) => ours)),
        peer: spreadOf(measured.map((round) => round.peer)),
        ratio: spreadOf(measured.map((round) => round.ours / round.peer)),
      }
    } finally {
      peer.stop()
      await pipeline.close()
    }
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

export function dataLoadingText({ images, source, ours, peer, ratio }: DataLoading): string {
  const words = ({ median, minimum, maximum }: Spread, digits: number) =>
    `${median.toFixed(digits)} [${minimum.toFixed(digits)}-${maximum.toFixed(digits)}]`
  return [
    `Data alone, ${images} ${source}, shorter side random in [256, 480]/224 of ${size}, random ${size}x${size} crop; images/s:`,
    `Skiplab ${words(ours, 0)}, DataLoader with torchvision ${words(peer, 0)}, ratio ${words(ratio, 2)} (bar: at least 1)`,
  ].join('\n')
}

/** Images a second over whole batches of one round. */
async function readImages(source: StreamedSource, batchSize: number): Promise<number> {
  const steps = Math.floor(Math.min(imagesInRound, source.imageCount) / batchSize)
  const from = performance.now()
  for (let step = 0; step < steps; step++) await source.batch(1, step)
  return (steps * batchSize * 1000) / (performance.now() - from)
}

class Peer {
  readonly #child
  readonly #lines

  private constructor(folder: string, { batchSize, threads }: DataLoadingOptions) {
    const [command, args] = peerCommand('loader.py', [
      ...['--folder', folder, '--size', String(size), '--batch-size', String(batchSize)],
      ...['--images', String(imagesInRound), '--workers', String(threads)],
    ])
    const path = [process.env.SKIPLAB_PEER_VISION, process.env.PYTHONPATH].filter(Boolean).join(process.platform === 'win32' ? ';' : ':')
    this.#child = spawn(command, args, { env: { ...process.env, PYTHONPATH: path }, stdio: ['pipe', 'pipe', 'inherit'] })
    this.#lines = createInterface({ input: this.#child.stdout })[Symbol.asyncIterator]()
  }

  static async start(folder: string, options: DataLoadingOptions): Promise<Peer> {
    const peer = new Peer(folder, options)
    await peer.#answer(z.object({ ready: z.literal(true) }))
    return peer
  }

  async round(): Promise<number> {
    this.#child.stdin.write('{}\n')
    const { seconds, images } = await this.#answer(z.object({ seconds: z.number().positive(), images: z.number() }))
    return images / seconds
  }

  stop(): void {
    this.#child.stdin.end()
  }

  async #answer<Schema extends z.ZodType>(schema: Schema): Promise<z.output<Schema>> {
    const line = await this.#lines.next()
    if (line.done) throw new Error('PyTorch’s loader ended before it answered; what went wrong is above.')
    return schema.parse(JSON.parse(line.value))
  }
}

interface LabelledFile {
  readonly path: string
  readonly label: number
}

async function filesIn(folder: string): Promise<LabelledFile[]> {
  const classes = (await readdir(folder, { withFileTypes: true })).filter((entry) => entry.isDirectory()).map(({ name }) => name)
  const files: LabelledFile[] = []
  for (const [label, name] of classes.sort().entries()) {
    for (const file of (await readdir(join(folder, name))).sort()) {
      if (/\.jpe?g$/i.test(file)) files.push({ path: join(folder, name, file), label })
    }
  }
  if (files.length < 256) throw new Error(`Expected at least 256 JPEG files in folders of ${folder}, got ${files.length}.`)
  return files
}

/** The same files as a data set of encoded images. */
async function store(files: readonly LabelledFile[], folder: string) {
  await mkdir(folder)
  const classes = Array.from({ length: Math.max(...files.map(({ label }) => label)) + 1 }, (_, label) => `class ${label}`)
  const image = { size: 'varied' as const, encoding: 'encoded' as const, channels: 3 }
  const description = { name: 'bench', title: 'For speed only', classes, image, source: 'photographs' }
  const writer = await DatasetWriter.open(folder, description, { train: files.length, test: 1 })
  try {
    for (const [place, { path, label }] of [...files, files[0]!].entries()) {
      const bytes = await readFile(path)
      const { height, width } = await sharp(bytes).metadata()
      if (place < files.length) await writer.writeVaried('train', place, { bytes, height, width }, label)
      else await writer.writeVaried('test', 0, { bytes, height, width }, label)
    }
    return await writer.finish()
  } finally {
    await writer.close()
  }
}

/** JPEG files about as large and as rich as ImageNet's: 500x375, noise at several scales. */
async function drawPhotographs(folder: string): Promise<string> {
  const random = new Random(5)
  for (const name of ['a', 'b']) {
    await mkdir(join(folder, name), { recursive: true })
    for (let index = 0; index < 600; index++) {
      const coarse = Uint8Array.from({ length: 16 * 12 * 3 }, () => random.below(256))
      const fine = Uint8Array.from({ length: 125 * 94 * 4 }, (_, at) => (at % 4 === 3 ? 70 : random.below(256)))
      const grain = await sharp(fine, { raw: { width: 125, height: 94, channels: 4 } })
        .resize(500, 375)
        .png()
        .toBuffer()
      const picture = await sharp(coarse, { raw: { width: 16, height: 12, channels: 3 } })
        .resize(500, 375)
        .png()
        .toBuffer()
      await writeFile(
        join(folder, name, `${index}.jpg`),
        await sharp(picture)
          .composite([{ input: grain }])
          .jpeg({ quality: 90 })
          .toBuffer(),
      )
    }
  }
  return folder
}
