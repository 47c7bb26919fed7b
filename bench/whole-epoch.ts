import { execFile } from 'node:child_process'
import { mkdir, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { z } from 'zod'
import { epochRecordSchema } from '../src/common/rpc/records.ts'
import { DatasetWriter } from '../src/main/data/dataset-writer.ts'
import { generateShapes, shapeClasses } from '../src/main/data/shapes/shapes-10.ts'

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

/**
 * Throughput of whole epochs in the product: `skiplab sweep run` in a workspace of its own, with the engine, SQLite, augmentation,
 * evaluation on validation and test images, layer statistics, logging and checkpoint.
 * @returns training images per second of the second epoch's wall time; the first one warms up
 */
export async function measureWholeEpoch(network: { readonly family: string; readonly n: number }, precision: 'fp32' | 'bf16', batchSize: number, sizes: EpochSizes): Promise<number> {
  const workspace = await mkdtemp(join(tmpdir(), 'skiplab-bench-'))
  const skiplab = async (...args: string[]) => {
    const cli = join(import.meta.dirname, '..', 'out', 'main', 'cli.cjs')
    // This is about CPUs: a GPU, if there is one, stays out of sight.
    const env = { ...process.env, CUDA_VISIBLE_DEVICES: '' }
    return (await run(process.execPath, [cli, ...args, '--workspace', workspace, '--json'], { env, maxBuffer: 64 * 1024 * 1024 })).stdout
  }
  try {
    await writeShapes(join(workspace, 'datasets', 'bench'), sizes)
    const settings = ['epochs=2', `batchSize=${batchSize}`, `precision=${precision}`, `validationSize=${sizes.validation}`, `statisticsSize=${Math.min(1000, sizes.test)}`]
    const sweep = ['--family', network.family, '--n', String(network.n), '--dataset', 'bench', '--recipe', 'cifar10-10', '--seeds', '1']
    await skiplab('sweep', 'run', ...sweep, ...settings.flatMap((setting) => ['--set', setting]))
    const { epochs } = z.object({ epochs: z.array(epochRecordSchema) }).parse(JSON.parse(await skiplab('show', '1')))
    return epochs.at(-1)!.imagesPerSecond
  } finally {
    await skiplab('engine', 'stop', '--now').catch(() => undefined) // it may never have started
    await rm(workspace, { recursive: true, force: true, maxRetries: 5 })
  }
}

/** A data set of CIFAR-10's shape: the images of shapes-10, over and over. */
async function writeShapes(folder: string, sizes: EpochSizes): Promise<void> {
  await mkdir(folder, { recursive: true })
  const description = { name: 'bench', title: 'For speed only', classes: [...shapeClasses], height: 32, width: 32, channels: 3, source: 'shapes-10, repeated' }
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
