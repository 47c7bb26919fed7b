import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { fixedImageOf } from '../../../src/common/data/dataset.ts'
import { shapes10 } from '../../../src/common/data/shapes-10.ts'
import type { DatasetProgress } from '../../../src/common/records/records.ts'
import { Datasets } from '../../../src/main/engine/library/datasets.ts'
import { writeTree } from '../../support/cifar-fixtures.ts'
import { photos, treePaths } from '../../support/image-tree.ts'
import { temporaryFolder } from '../../support/temporary-folder.ts'

/** The data sets of an empty workspace, and their next progress. */
async function emptyLibrary() {
  const folder = join(await temporaryFolder(), 'datasets')
  let heard: (progress: DatasetProgress) => void = () => undefined
  const datasets = new Datasets(folder, (_name, payload) => {
    if ('dataset' in payload && 'step' in payload) heard(payload)
  })
  return { datasets, folder, progress: () => new Promise<DatasetProgress>((done) => (heard = done)) }
}

describe('a data set that is being added', () => {
  it('a data set that is being added is cancelled for everyone who waits for it, and nothing of it stays', async () => {
    const { datasets, folder, progress } = await emptyLibrary()
    const begun = progress()
    const both = Promise.allSettled([datasets.add('shapes-10', null), datasets.add('shapes-10', null)])
    await begun
    await datasets.cancel('shapes-10')
    for (const result of await both)
      expect(result).toMatchObject({
        status: 'rejected',
        reason: { code: 'conflict', message: 'Adding shapes-10 was cancelled; nothing of it stays.' },
      })
    expect(await readdir(folder)).toEqual([])
    expect(datasets.busy).toBe(false)
    expect((await datasets.add('shapes-10', null)).trainCount, 'and can be added again').toBe(5000)
  })

  it('a data set that is being added is the only thing that can be cancelled', async () => {
    const { datasets } = await emptyLibrary()
    await expect(datasets.cancel('cifar10')).rejects.toMatchObject({
      code: 'not-found',
      message: 'No data set "cifar10" is being added now.',
    })
  })
})

describe('a look through images', () => {
  it('is cancelled by its name, and can be taken again', async () => {
    const { datasets, progress } = await emptyLibrary()
    const from = await temporaryFolder()
    await writeTree(from, await photos(treePaths(['cat', 'dog'], { train: 150, val: 1 }), 8, 8))
    const begun = progress()
    const looking = datasets.inspect('pets', from, {}, true)
    const refused = expect(looking).rejects.toMatchObject({ code: 'conflict', message: 'Looking through pets was cancelled.' })
    expect(await begun).toMatchObject({ dataset: 'pets', step: 'looking through names' })
    expect(datasets.busy).toBe(true)
    await datasets.cancel('pets')
    await refused
    expect(datasets.busy).toBe(false)
    expect(await datasets.inspect('pets', from, {}, true)).toMatchObject({ problemCount: 0, checked: 'images' })
  })
})

describe('shapes-10', () => {
  it('shapes-10 is known to plans, to its checksum, before it is drawn', async () => {
    const { datasets, folder } = await emptyLibrary()
    const known = await datasets.forPlanning('shapes-10')
    await expect(readdir(folder), 'a plan draws nothing').rejects.toThrow('ENOENT')
    const { name, classes, image, splits, checksum } = await datasets.forTraining('shapes-10')
    const { height, width, channels } = fixedImageOf({ name, image })
    expect(known).toEqual({
      name,
      title: shapes10.title,
      classes,
      image,
      height,
      width,
      channels,
      splits: { train: { count: splits.train.count }, test: { count: splits.test.count } },
      checksum,
    })
  })
})
