import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import sharp from 'sharp'
import { afterEach, describe, expect, it } from 'vitest'
import type { DatasetManifest } from '../../../src/common/data/dataset.ts'
import { perChannelMoments, perPixelMoments } from '../../../src/common/data/mean.ts'
import { resolveRecipe } from '../../../src/common/training/recipes.ts'
import type { RunSettings } from '../../../src/common/training/run-settings.ts'
import type { StreamedImages } from '../../../src/main/worker/backend/backend.ts'
import type { RunData } from '../../../src/main/worker/source/batches/batch-source.ts'
import { openStreamedData } from '../../../src/main/worker/source/streamed/streamed-data.ts'
import { writeTinyDataset } from '../../fixtures/tiny-dataset.ts'
import { temporaryFolder } from '../../support/temporary-folder.ts'
import { trainHere } from '../../support/train-here.ts'
import { writeDataset } from '../../support/write-dataset.ts'
import { writePhotographs } from '../../support/write-photographs.ts'

const jitter = { cropPadding: 0, scaleJitter: [256, 480], imageSize: 32, normalization: 'per-channel-mean' }

function settingsOf(manifest: DatasetManifest, side: number, recipe: Record<string, unknown> = {}): RunSettings {
  const inputShape: [number, number, number] = [side, side, 3]
  const classes = manifest.classes.length
  return {
    network: { architecture: 'cifar', family: 'residual', n: 1, shortcut: 'A', widths: [4, 6, 8], inputShape, classes },
    dataset: { name: manifest.name, checksum: manifest.checksum },
    recipe: resolveRecipe('demo', { batchSize: 8, epochs: 2, validationSize: 4, statisticsSize: 10, ...recipe }),
    seed: 5,
  }
}

const opened: RunData[] = []
afterEach(async () => {
  for (const data of opened.splice(0)) await data.close()
})

async function open(folder: string, manifest: DatasetManifest, recipe: Record<string, unknown> = jitter): Promise<RunData> {
  const data = await openStreamedData(folder, manifest, settingsOf(manifest, 32, recipe), 2)
  opened.push(data)
  return data
}

/** A copy: the pixels are overwritten later. */
async function batchOf(data: RunData, epoch: number, step: number) {
  const { images, augmentation } = await data.training.batch(epoch, step)
  const { pixels, labels } = images as StreamedImages
  return { pixels: Buffer.from(pixels), labels: [...labels], augmentation }
}

async function photographs(): Promise<{ folder: string; manifest: DatasetManifest }> {
  const folder = join(await temporaryFolder(), 'photographs')
  return { folder, manifest: await writePhotographs(folder, { train: 44, test: 13 }) }
}

describe('streamed images', () => {
  it('give a batch that depends on epoch, step and seed alone, whatever was read before', async () => {
    const { folder, manifest } = await photographs()
    const whole = await open(folder, manifest)
    const inOrder = []
    for (const epoch of [1, 2]) for (let step = 0; step < 5; step++) inOrder.push(await batchOf(whole, epoch, step))
    const resumed = await open(folder, manifest)
    expect(await batchOf(resumed, 1, 3)).toEqual(inOrder[3])
    expect(await batchOf(resumed, 1, 4)).toEqual(inOrder[4])
    expect(await batchOf(resumed, 2, 0)).toEqual(inOrder[5])
    expect(await batchOf(resumed, 1, 0), 'going back').toEqual(inOrder[0])
    expect(inOrder[0]!.pixels.equals(inOrder[5]!.pixels)).toBe(false)
    expect(inOrder[0]!.augmentation).not.toEqual(inOrder[5]!.augmentation)
  })

  it('are evaluated in the order of their split, in parts of any size, the observed ones first', async () => {
    const { folder, manifest } = await photographs()
    const { test } = await open(folder, manifest)
    const read = async (start: number, end: number) => {
      const { pixels, labels } = (await test.read(start, end)) as StreamedImages
      return { pixels: Buffer.from(pixels), labels: [...labels] }
    }
    const all = await read(0, 13)
    expect(all.labels).toEqual(Array.from({ length: 13 }, (_, index) => index % 4))
    const parts = [await read(0, 5), await read(5, 7), await read(7, 12), await read(12, 13)]
    expect(Buffer.concat(parts.map(({ pixels }) => pixels)).equals(all.pixels)).toBe(true)
    expect(parts.flatMap(({ labels }) => labels)).toEqual(all.labels)
  })

  it('show the centre of an image whose shorter side was scaled to 256/224 of the network’s', async () => {
    const folder = join(await temporaryFolder(), 'ramp')
    const [height, width] = [128, 192]
    // Red rises by one a row, green by one a column, so that a pixel tells where it comes from.
    const pixels = Uint8Array.from(
      { length: height * width * 3 },
      (_, at) => [Math.floor(at / 3 / width), Math.floor(at / 3) % width, 9][at % 3]!,
    )
    const bytes = await sharp(pixels, { raw: { height, width, channels: 3 } })
      .png()
      .toBuffer()
    const image = { size: 'varied' as const, encoding: 'encoded' as const, channels: 3 }
    const manifest = await writeDataset(folder, { image }, { train: 8, test: 1 }, async (writer) => {
      for (let index = 0; index < 8; index++) await writer.writeVaried('train', index, { bytes, height, width }, index % 2)
      await writer.writeVaried('test', 0, { bytes, height, width }, 1)
    })
    const data = await openStreamedData(folder, manifest, settingsOf(manifest, 56, { ...jitter, imageSize: 56 }), 2)
    opened.push(data)
    const { pixels: seen } = (await data.test.read(0, 1)) as StreamedImages
    // 128x192 becomes 64x96, each pixel the mean of four; rows 4 to 60 and columns 20 to 76 are its centre.
    for (const [row, column] of [
      [0, 0],
      [0, 55],
      [28, 17],
      [55, 55],
    ] as const) {
      const at = (row * 56 + column) * 3
      expect(Math.abs(seen[at]! - (2 * (row + 4) + 0.5)), `row at ${row}, ${column}`).toBeLessThanOrEqual(1)
      expect(Math.abs(seen[at + 1]! - (2 * (column + 20) + 0.5)), `column at ${row}, ${column}`).toBeLessThanOrEqual(1)
    }
  })

  it('have the mean of the centre crops of the images that are trained on, stored beside them for the next run', async () => {
    const folder = join(await temporaryFolder(), 'photographs')
    const manifest = await writePhotographs(folder, { train: 44, test: 44 })
    const recipe = { ...jitter, validationSize: 0, normalization: 'per-pixel-mean' }
    // The writer's generator goes on from train to test, so the test images are others; the moments of both are taken.
    const swapped = { ...manifest, checksum: '0'.repeat(64), splits: { train: manifest.splits.test, test: manifest.splits.train } }
    const [ofSwapped, of] = [await open(folder, swapped, recipe), await open(folder, manifest, recipe)]
    const { pixels } = (await ofSwapped.test.read(0, 44)) as StreamedImages
    const all = Uint32Array.from({ length: 44 }, (_, index) => index)
    expect(of.held.mean).toEqual(perPixelMoments(pixels, 32 * 32 * 3, all).mean)
    expect(ofSwapped.held.mean).not.toEqual(of.held.mean)
    const perChannel = await open(folder, manifest, { ...recipe, normalization: 'per-channel-mean-std' })
    const moments = perChannelMoments(pixels, 32 * 32 * 3, 3, all)
    expect(perChannel.held.mean).toEqual(moments.mean)
    expect([...perChannel.held.inverseStd].map((value) => value.toFixed(4))).toEqual([...moments.std].map((std) => (1 / std).toFixed(4)))

    const stored = readdirSync(folder).filter((file) => file.startsWith('moments-'))
    expect(stored).toEqual(['moments-32x32-without-0-1.json'])
    const path = join(folder, stored[0]!)
    const changed = readFileSync(path, 'utf8').replace(/"mean":\[[^,]+/, '"mean":[0.125')
    writeFileSync(path, changed)
    expect((await open(folder, manifest, { ...recipe, normalization: 'per-channel-mean' })).held.mean[0], 'read, not computed').toBe(0.125)
    writeFileSync(path, changed.slice(0, -9))
    expect((await open(folder, manifest, { ...recipe, normalization: 'per-channel-mean' })).held.mean, 'cut short').toEqual(moments.mean)
  })

  it('are refused by file and image where one cannot be decoded, also when their checksum is that of the damaged bytes', async () => {
    const folder = join(await temporaryFolder(), 'damaged')
    const image = { size: 'varied' as const, encoding: 'encoded' as const, channels: 3 }
    const good = await sharp({ create: { height: 50, width: 50, channels: 3, background: '#246' } })
      .jpeg()
      .toBuffer()
    const manifest = await writeDataset(folder, { image }, { train: 16, test: 1 }, async (writer) => {
      for (let index = 0; index < 16; index++) {
        const bytes = index === 11 ? good.subarray(0, good.length / 2) : good
        await writer.writeVaried('train', index, { bytes, height: 50, width: 50 }, index % 2)
      }
      await writer.writeVaried('test', 0, { bytes: good, height: 50, width: 50 }, 1)
    })
    await expect(open(folder, manifest)).rejects.toThrow(/train-images\.u8, image 11 \(\d+ bytes\): .*Remove the data set and add it again/)
    const unsummed = await open(folder, manifest, { ...jitter, normalization: 'none', validationSize: 0 })
    const epoch = async () => {
      for (const step of [0, 1]) await unsummed.training.batch(1, step)
    }
    await expect(epoch()).rejects.toThrow('image 11')
  })

  it('are checked against their checksum before the first run, and again after a file was written to', async () => {
    const { folder, manifest } = await photographs()
    await open(folder, manifest)
    const path = join(folder, manifest.splits.train.images)
    const bytes = readFileSync(path)
    bytes[bytes.length - 3]! ^= 1
    writeFileSync(path, bytes)
    await expect(open(folder, manifest)).rejects.toThrow('a byte has changed')
  })
})

describe('training on streamed images', () => {
  it('gives the numbers and weights of training on the same images held by the backend, to the byte', async () => {
    const folder = await temporaryFolder()
    const datasetFolder = join(folder, 'stripes')
    const manifest = writeTinyDataset(datasetFolder)
    const settings = settingsOf(manifest, 8, { batchSize: 20, validationSize: 20, colourShift: 0.1, pcaShift: 0.1 })
    const [held, streamed] = [join(folder, 'held'), join(folder, 'streamed')]
    const numbers = ({ epochs }: Awaited<ReturnType<typeof trainHere>>) =>
      epochs.map(({ record: { results }, layers }) => ({ results, layers }))
    const expected = numbers(await trainHere(settings, manifest, datasetFolder, held))
    expect(expected).toHaveLength(2)
    expect(numbers(await trainHere(settings, manifest, datasetFolder, streamed, true))).toEqual(expected)
    const files = readdirSync(held)
    expect(readdirSync(streamed)).toEqual(files)
    for (const file of files) expect(readFileSync(join(streamed, file)).equals(readFileSync(join(held, file))), file).toBe(true)
  })

  it('learns photographs of sizes of their own with scale jitter, mirroring and PCA colour shift', async () => {
    const folder = join(await temporaryFolder(), 'photographs')
    const manifest = await writePhotographs(folder, { train: 160, test: 40 })
    const recipe = { ...jitter, imageSize: 16, pcaShift: 0.1, batchSize: 16, epochs: 6, validationSize: 0 }
    const { outcome, epochs } = await trainHere(settingsOf(manifest, 16, recipe), manifest, folder, await temporaryFolder())
    expect(outcome.kind).toBe('finished')
    expect(epochs.at(-1)!.record.results.test.topOneError).toBeLessThan(0.3)
  })
})
