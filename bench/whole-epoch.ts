import { execFile } from 'node:child_process'
import { mkdir, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { promisify } from 'node:util'
import { z } from 'zod'
import { engineStatusSchema, epochRecordSchema, type EngineStatus, type EpochRecord } from '../src/common/records/records.ts'
import { DatasetWriter } from '../src/main/data/stored/dataset-writer.ts'
import { generateShapes, shapeClasses } from '../src/main/data/providers/shapes/shapes-10.ts'

const run = promisify(execFile)
const imageSize = 32 * 32 * 3

/** The same proportions as CIFAR-10's 45k/5k/10k. */
export interface EpochSizes {
  readonly training: number
  readonly validation: number
  readonly test: number
}

export function epochSizes(training: number): EpochSizes {
  return { training, validation: Math.round(training / 9), test: Math.round((training * 2) / 9) }
}

export interface EpochRound {
  /** Training images per second of the epoch's wall time, less the time for which it was held. */
  readonly imagesPerSecond: number
  /** Of the bare steps in between. */
  readonly bareImagesPerSecond: number
}

/** A stretch of time in which the worker was held and bare steps ran; in ms since 1970. */
export interface Hold {
  readonly from: number
  readonly to: number
  readonly bareImagesPerSecond: number
}

/** How long the worker trains between two holds. */
const turnMs = 2_000

/**
 * Throughput of whole epochs in the product: `skiplab sweep run` in a workspace of its own, with the engine, SQLite, augmentation,
 * evaluation on validation and test images, layer statistics, logging and checkpoint. Every two seconds its worker is held (SIGSTOP)
 * for some bare steps, so that both see the same machine in the same minute.
 * @param bareSteps runs some and returns images per second
 * @param epochs how many are measured, after one that warms up
 */
export async function measureWholeEpochs(
  network: { readonly family: string; readonly n: number },
  precision: 'fp32' | 'bf16',
  batchSize: number,
  sizes: EpochSizes,
  epochs: number,
  bareSteps: () => Promise<number>,
): Promise<EpochRound[]> {
  const workspace = await mkdtemp(join(tmpdir(), 'skiplab-bench-'))
  const skiplab = async (...args: string[]): Promise<unknown> => {
    const cli = join(import.meta.dirname, '..', 'out', 'main', 'cli.cjs')
    // This is about CPUs: a GPU, if there is one, stays out of sight.
    const env = { ...process.env, CUDA_VISIBLE_DEVICES: '' }
    const { stdout } = await run(process.execPath, [cli, ...args, '--workspace', workspace, '--json'], { env, maxBuffer: 64 * 1024 * 1024 })
    return JSON.parse(stdout)
  }
  try {
    await writeShapes(join(workspace, 'datasets', 'bench'), sizes)
    const settings = [
      `epochs=${epochs + 1}`,
      `batchSize=${batchSize}`,
      `precision=${precision}`,
      `validationSize=${sizes.validation}`,
      `statisticsSize=${Math.min(1000, sizes.test)}`,
    ]
    const sweep = ['--family', network.family, '--n', String(network.n), '--dataset', 'bench', '--recipe', 'cifar10-10', '--seeds', '1']
    await skiplab('sweep', 'queue', ...sweep, ...settings.flatMap((setting) => ['--set', setting]))
    const status = async () => z.object({ status: engineStatusSchema }).parse(await skiplab('engine', 'status')).status
    const holds = await holdInTurns(status, bareSteps)
    const { epochs: records } = z.object({ epochs: z.array(epochRecordSchema) }).parse(await skiplab('show', '1'))
    return records.slice(1).map((record) => roundOf(record, holds))
  } finally {
    await skiplab('engine', 'stop', '--now').catch(() => undefined) // it may never have started
    await rm(workspace, { recursive: true, force: true, maxRetries: 5 })
  }
}

/**
 * @param holds of the whole run
 * @throws RangeError for an epoch so short that it was never held
 */
export function roundOf(
  { imagesPerSecond, elapsedMs, finishedAt }: Pick<EpochRecord, 'imagesPerSecond' | 'elapsedMs' | 'finishedAt'>,
  holds: readonly Hold[],
): EpochRound {
  const inside = holds.filter(({ from, to }) => from >= finishedAt - elapsedMs && to <= finishedAt)
  if (inside.length === 0)
    throw new RangeError(
      `Expected an epoch of more than ${turnMs / 1000} s, got ${elapsedMs.toFixed(0)} ms: take more images (--epoch-images).`,
    )
  const heldMs = inside.reduce((sum, { from, to }) => sum + to - from, 0)
  return {
    imagesPerSecond: (imagesPerSecond * elapsedMs) / (elapsedMs - heldMs),
    bareImagesPerSecond: inside.reduce((sum, hold) => sum + hold.bareImagesPerSecond, 0) / inside.length,
  }
}

/** Lets the worker and bare steps take turns until nothing runs any more. */
async function holdInTurns(status: () => Promise<EngineStatus>, bareSteps: () => Promise<number>): Promise<Hold[]> {
  const { pid: engine } = await status()
  let worker = await workerOf(engine)
  while (worker === null) {
    const { running, waiting } = await status()
    if (running.length + waiting === 0) throw new Error('The run ended before its worker was seen.')
    await sleep(200)
    worker = await workerOf(engine)
  }
  const holds: Hold[] = []
  for (;;) {
    await sleep(turnMs)
    if (!signal(worker, 'SIGSTOP')) return holds
    const from = Date.now()
    try {
      const bareImagesPerSecond = await bareSteps()
      holds.push({ from, to: Date.now(), bareImagesPerSecond })
    } finally {
      signal(worker, 'SIGCONT')
    }
  }
}

/** @returns false when the process is gone */
function signal(pid: number, name: 'SIGSTOP' | 'SIGCONT'): boolean {
  try {
    return process.kill(pid, name)
  } catch {
    return false
  }
}

/** Process id of the engine's worker; null when there is none. */
async function workerOf(engine: number): Promise<number | null> {
  // It fails when nothing is found.
  const { stdout } = await run('pgrep', ['-P', String(engine), '-f', 'worker']).catch(() => ({ stdout: '' }))
  return stdout === '' ? null : Number(stdout.trim().split('\n').at(-1))
}

/** A data set of CIFAR-10's shape: the images of shapes-10, over and over. */
async function writeShapes(folder: string, sizes: EpochSizes): Promise<void> {
  await mkdir(folder, { recursive: true })
  const image = { size: 'fixed' as const, height: 32, width: 32, channels: 3 }
  const description = { name: 'bench', title: 'For speed only', classes: [...shapeClasses], image, source: 'shapes-10, repeated' }
  const counts = { train: sizes.training + sizes.validation, test: sizes.test }
  const writer = await DatasetWriter.open(folder, description, counts)
  try {
    for (const split of ['train', 'test'] as const) {
      const { images, labels } = await generateShapes(split)
      for (let first = 0; first < counts[split]; first += labels.length) {
        const count = Math.min(labels.length, counts[split] - first)
        await writer.write(split, first, images.subarray(0, count * imageSize), labels.subarray(0, count))
      }
    }
    await writer.finish()
  } finally {
    await writer.close()
  }
}
