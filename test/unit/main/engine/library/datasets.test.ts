import { truncateSync } from 'node:fs'
import { homedir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { Datasets } from '../../../../../src/main/engine/library/datasets.ts'
import { writeTinyDataset } from '../../../../fixtures/tiny-dataset.ts'
import { writeTree } from '../../../../support/cifar-fixtures.ts'
import { idxFiles } from '../../../../support/idx-files.ts'
import { temporaryFolder } from '../../../../support/temporary-folder.ts'
import { writeDataset } from '../../../../support/write-dataset.ts'

describe('verifying a data set of the workspace', () => {
  it('verifying a data set of the workspace names what is wrong with a damaged one, which is no longer listed', async () => {
    const folder = await temporaryFolder()
    const datasets = new Datasets(folder, () => undefined)
    const manifest = writeTinyDataset(join(folder, 'stripes'))
    expect(await datasets.verify('stripes')).toEqual({ valid: true, problems: [] })
    truncateSync(join(folder, 'stripes', manifest.splits.test.images), 10)
    const { valid, problems } = await datasets.verify('stripes')
    expect(valid).toBe(false)
    expect(problems[0]).toMatch(/test-images\.u8: expected 5760 bytes, found 10/)
  })

  it('verifying a data set of the workspace knows no data set by a path', async () => {
    const folder = await temporaryFolder()
    writeTinyDataset(join(folder, 'outside'))
    const datasets = new Datasets(join(folder, 'datasets'), () => undefined)
    await expect(datasets.verify('../outside')).rejects.toThrow(/No data set "\.\.\/outside"/)
  })
})

describe('a data set whose images have sizes of their own', () => {
  it('a data set whose images have sizes of their own is listed, sampled and planned with', async () => {
    const folder = await temporaryFolder()
    const image = { size: 'varied' as const, encoding: 'raw' as const, channels: 1 }
    await writeDataset(join(folder, 'written'), { image }, { train: 2, test: 1 }, async (writer) => {
      for (const index of [0, 1])
        await writer.writeVaried('train', index, { bytes: new Uint8Array(6 + index), height: 1, width: 6 + index }, index)
      await writer.writeVaried('test', 0, { bytes: new Uint8Array(4), height: 2, width: 2 }, 0)
    })
    const datasets = new Datasets(folder, () => undefined)
    expect(await datasets.list()).toMatchObject([{ name: 'written', imageShape: null, trainCount: 2, validationCount: null }])
    expect(await datasets.samples('written', 'train', 1, 5)).toMatchObject([{ index: 1, shape: [1, 7, 1] }])
    await expect(datasets.samples('written', 'validation', 1, 5)).rejects.toThrow('written has no split "validation"; it has train, test.')
    expect(await datasets.forPlanning('written')).toMatchObject({ image: { size: 'varied' } })
  })
})

describe('adding a data set that is being added already', () => {
  it('adding a data set that is being added already waits for it where nothing else is asked for, and else is refused', async () => {
    const from = await temporaryFolder()
    await writeTree(from, idxFiles({ train: 20, t10k: 10 }))
    const datasets = new Datasets(await temporaryFolder(), () => undefined)
    const first = datasets.add('digits', from, { perClass: 1 })
    const same = datasets.add('digits', from, { perClass: 1 })
    await expect(datasets.add('digits', from, { perClass: 2 })).rejects.toThrow(
      'digits is being added already, otherwise than was asked for',
    )
    const whatever = datasets.add('digits', null)
    expect([await first, await same, await whatever].map(({ trainCount }) => trainCount)).toEqual([10, 10, 10])
  })
})

describe('adding a data set from a path typed into the page', () => {
  it('adding a data set from a path typed into the page asks for a whole path, and reads "~" as the home folder', async () => {
    const datasets = new Datasets(await temporaryFolder(), () => undefined)
    await expect(datasets.add('cifar10', 'Downloads/cifar.tar.gz')).rejects.toThrow('Expected a path that starts at the top')
    await expect(datasets.add('cifar10', '~/no-such-file.tar.gz')).rejects.toThrow(`Nothing at ${join(homedir(), 'no-such-file.tar.gz')}`)
  })
})
