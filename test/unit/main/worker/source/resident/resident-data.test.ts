import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { perPixelMoments } from '../../../../../../src/common/data/mean.ts'
import { resolveRecipe } from '../../../../../../src/common/training/recipes.ts'
import { readSplit } from '../../../../../../src/main/data/stored/dataset-folder.ts'
import { readResidentData } from '../../../../../../src/main/worker/source/resident/resident-data.ts'
import { temporaryFolder } from '../../../../../support/temporary-folder.ts'
import { writeManyClasses } from '../../../../../support/write-dataset.ts'

const recipe = resolveRecipe('demo', { batchSize: 20, validationSize: 50, normalization: 'per-pixel-mean' })
const counts = { train: 600, test: 300 }

describe('the data of a run', () => {
  it('the data of a run holds validation images out of the training images of a data set without a validation split', async () => {
    const folder = join(await temporaryFolder(), 'many-classes')
    const data = await readResidentData(folder, await writeManyClasses(folder, 300, counts), { recipe, seed: 1 })
    expect([data.training.imageCount, data.validation.count, data.test.count]).toEqual([550, 50, 300])
    expect(data.validation.indices.every((index) => index < 600)).toBe(true)
    expect([data.test.indices[0], data.held.labels.length]).toEqual([600, 900])
  })

  it('the data of a run validates on the data set’s own validation split, and trains on all training images', async () => {
    const folder = join(await temporaryFolder(), 'many-classes')
    const manifest = await writeManyClasses(folder, 300, { ...counts, validation: 310, extra: 3 })
    const { held, training, validation, test } = await readResidentData(folder, manifest, { recipe, seed: 1 })
    expect(training.imageCount).toBe(600)
    expect([validation.indices[0], validation.count, test.indices[0], test.count]).toEqual([600, 310, 910, 300])
    const parts = await Promise.all(['train', 'validation', 'test'].map((name) => readSplit(folder, manifest, name)))
    expect([...held.labels]).toEqual(parts.flatMap(({ labels }) => [...labels]))
    expect(held.labels[299], 'a class beyond a byte').toBe(299)
    const all = Buffer.concat(parts.map(({ images }) => images))
    for (const [start, end] of [
      [0, 1210],
      [599, 601],
      [600, 910],
      [580, 950],
      [1209, 1210],
    ] as const) {
      expect(Buffer.from(held.images(start, end)).equals(all.subarray(start * 192, end * 192)), `images ${start} to ${end}`).toBe(true)
    }
    expect(held.mean).toEqual(
      perPixelMoments(
        parts[0]!.images,
        192,
        Uint32Array.from({ length: 600 }, (_, index) => index),
      ).mean,
    )
  })

  it('the data of a run is refused when images have sizes of their own', async () => {
    const folder = join(await temporaryFolder(), 'many-classes')
    const manifest = await writeManyClasses(folder, 300, counts)
    await expect(
      readResidentData(folder, { ...manifest, image: { size: 'varied', encoding: 'raw', channels: 3 } }, { recipe, seed: 1 }),
    ).rejects.toThrow('many-classes have sizes of their own')
  })
})
