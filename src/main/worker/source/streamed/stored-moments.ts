import { readFile, rename, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { z } from 'zod'
import type { ImageSums } from '../../../../common/data/image-sums.ts'

/** Moments of the images that a run trains on, scaled to 0..1, as the network sees them without augmentation. */
export interface TrainingMoments {
  /** [height, width, channels] */
  readonly perPixelMean: Float32Array
  /** [channels] */
  readonly mean: Float32Array
  /** [channels] */
  readonly std: Float32Array
  /** [channels, channels] */
  readonly covariance: Float64Array
}

/** All that the moments depend on besides the data set's bytes. */
export interface MomentsKey {
  readonly checksum: string
  readonly inputShape: readonly [number, number, number]
  readonly scaled: boolean
  readonly validationSize: number
  readonly splitSeed: number
}

const storedSchema = z.object({
  key: z.string(),
  /** fp32, little-endian, base64. */
  perPixelMean: z.base64(),
  mean: z.array(z.number()),
  std: z.array(z.number()),
  covariance: z.array(z.number()),
})

export function momentsOf(sums: ImageSums): TrainingMoments {
  return { perPixelMean: sums.perPixelMean(), ...sums.perChannel(), covariance: sums.covariance() }
}

/** Moments that an earlier run stored beside the data set; null when there are none for this key, or they are damaged. */
export async function readStoredMoments(folder: string, key: MomentsKey): Promise<TrainingMoments | null> {
  const text = await readFile(join(folder, fileName(key)), 'utf8').catch(() => null)
  const stored = storedSchema.safeParse(parsed(text))
  if (!stored.success || stored.data.key !== JSON.stringify(key)) return null
  const { perPixelMean, mean, std, covariance } = stored.data
  const bytes = Buffer.from(perPixelMean, 'base64')
  const [height, width, channels] = key.inputShape
  if (bytes.length !== 4 * height * width * channels || mean.length !== channels || std.length !== channels) return null
  if (covariance.length !== channels * channels) return null
  return {
    perPixelMean: Float32Array.from({ length: bytes.length / 4 }, (_, at) => bytes.readFloatLE(4 * at)),
    mean: Float32Array.from(mean),
    std: Float32Array.from(std),
    covariance: Float64Array.from(covariance),
  }
}

/** Stores moments for later runs. A folder that cannot be written costs those runs the time to compute them again, no more. */
export async function storeMoments(folder: string, key: MomentsKey, moments: TrainingMoments): Promise<void> {
  const bytes = Buffer.alloc(4 * moments.perPixelMean.length)
  moments.perPixelMean.forEach((value, at) => bytes.writeFloatLE(value, 4 * at))
  await replaceFile(
    join(folder, fileName(key)),
    JSON.stringify({
      key: JSON.stringify(key),
      perPixelMean: bytes.toString('base64'),
      mean: [...moments.mean],
      std: [...moments.std],
      covariance: [...moments.covariance],
    }),
  )
}

/** Writes a file that nobody sees half-written; nothing happens where it cannot be written. */
export async function replaceFile(path: string, text: string): Promise<void> {
  const temporary = `${path}.${process.pid}.incoming`
  try {
    await writeFile(temporary, text, { flush: true })
    await rename(temporary, path)
  } catch {
    await rm(temporary, { force: true }).catch(() => undefined)
  }
}

function fileName({ inputShape: [height, width], scaled, validationSize, splitSeed }: MomentsKey): string {
  return `moments-${height}x${width}${scaled ? '' : '-as-stored'}-without-${validationSize}-${splitSeed}.json`
}

function parsed(text: string | null): unknown {
  try {
    return text === null ? null : JSON.parse(text)
  } catch {
    return null
  }
}
