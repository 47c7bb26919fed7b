import { readdir, readFile, rename, rm, truncate, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { beforeEach, describe, expect, it } from 'vitest'
import { addDataset } from '../../../src/main/data/add-dataset.ts'
import { cifar10Provider } from '../../../src/main/data/providers/cifar10/cifar10.ts'
import { listDatasets, readManifest, readSplit, removeDataset, verifyDataset } from '../../../src/main/data/stored/dataset-folder.ts'
import type { DatasetProvider } from '../../../src/main/data/providers/provider.ts'
import { shapes10Provider } from '../../../src/main/data/providers/shapes/shapes-10.ts'
import { imageTree, tinySize, writeTree } from '../../support/cifar-fixtures.ts'
import { temporaryFolder } from '../../support/temporary-folder.ts'

const providers = [cifar10Provider(tinySize), shapes10Provider]
let datasets: string
let tree: string
let folder: string
beforeEach(async () => {
  const root = await temporaryFolder()
  datasets = join(root, 'datasets')
  tree = join(root, 'in')
  folder = join(datasets, 'cifar10')
  await writeTree(tree, await imageTree())
  await addDataset('cifar10', tree, datasets, { providers })
})

async function flip(file: string, offset: number, value: number) {
  const bytes = await readFile(join(folder, file))
  bytes[offset] = value
  await writeFile(join(folder, file), bytes)
}

describe('a data set folder', () => {
  it('a data set folder is listed with its size, and found whole', async () => {
    const [listed, ...others] = await listDatasets(datasets)
    expect(others).toEqual([])
    expect(listed).toMatchObject({
      folder,
      bytes: 30 * 3073,
      manifest: { name: 'cifar10', splits: { train: { count: 20 }, test: { count: 10 } } },
    })
    expect(await verifyDataset(folder)).toEqual([])
  })

  it('a data set folder is not listed, but named by verify, when damaged; a folder that is none is passed over', async () => {
    await truncate(join(folder, 'train-images.u8'), 100)
    expect(await listDatasets(datasets)).toEqual([])
    expect(await verifyDataset(folder)).toEqual([expect.stringMatching(/train-images\.u8: expected 61440 bytes, found 100/)])
    expect(await verifyDataset(join(datasets, 'nothing'))).toEqual([expect.stringMatching(/^No data set in /)])
    expect(await listDatasets(join(datasets, 'nothing'))).toEqual([])
  })

  it('a data set folder is damaged by a missing file, which verify names', async () => {
    await rm(join(folder, 'test-labels.u8'))
    await expect(readManifest(folder)).rejects.toThrow(/test-labels\.u8 is missing/)
  })

  it('a data set folder names the changed byte’s file by its checksum, in the split that has it', async () => {
    await flip('test-images.u8', 5, 1)
    await flip('test-images.u8', 6, 2)
    const manifest = await readManifest(folder)
    await expect(readSplit(folder, manifest, 'test')).resolves.toBeDefined()
    await expect(readSplit(folder, manifest, 'test', { verifyChecksum: true })).rejects.toThrow(
      /test-images\.u8 or test-labels\.u8: the test split's SHA-256 is no longer/,
    )
    await expect(readSplit(folder, manifest, 'train', { verifyChecksum: true })).resolves.toBeDefined()
    expect((await verifyDataset(folder)).length).toBe(1)
  })

  it('a data set folder names file and offset of a label that is no class, without a checksum', async () => {
    await flip('train-labels.u8', 7, 10)
    await expect(readSplit(folder, await readManifest(folder), 'train')).rejects.toThrow(
      /train-labels\.u8, offset 7: label 10, expected 0 to 9/,
    )
  })

  it.each<[string, (manifest: Record<string, unknown>) => unknown, RegExp]>([
    ['is not JSON', () => 'x', /is not JSON/],
    ['lacks a field', ({ classes: _, ...rest }) => JSON.stringify(rest), /manifest\.json: classes/],
    [
      'has a checksum of its own making',
      (manifest) => JSON.stringify({ ...manifest, checksum: 'a'.repeat(64) }),
      /checksum does not belong/,
    ],
    [
      'names files elsewhere',
      (manifest) => JSON.stringify(manifest).replaceAll('train-images.u8', '../../secret'),
      /"\.\.\/\.\.\/secret" is not the plain name of a file beside the manifest/,
    ],
  ])('a data set folder is refused when its manifest %s', async (_, change, message) => {
    const path = join(folder, 'manifest.json')
    // Our own manifest is an object.
    await writeFile(path, String(change(JSON.parse(await readFile(path, 'utf8')) as Record<string, unknown>)))
    expect(await verifyDataset(folder)).toEqual([expect.stringMatching(message)])
  })

  it('a data set folder is removed whole; one that is not there is an error that names those that are', async () => {
    await expect(removeDataset(datasets, 'shapes-10')).rejects.toThrow('No data set "shapes-10" here; there are: cifar10.')
    await expect(removeDataset(datasets, '../in')).rejects.toThrow('No data set "../in" here')
    expect(await readdir(tree)).toEqual(['test', 'train'])
    await removeDataset(datasets, 'cifar10')
    expect(await readdir(datasets)).toEqual([])
  })
})

describe('adding a data set that is already there', () => {
  it('adding a data set that is already there returns it unchanged when it is whole', async () => {
    const before = await readManifest(folder)
    expect(await addDataset('cifar10', '/nowhere', datasets, { providers })).toEqual(before)
  })

  it('adding a data set that is already there replaces it when it is damaged', async () => {
    const before = await readManifest(folder)
    await flip('train-images.u8', 0, 99)
    await flip('train-images.u8', 1, 98)
    const after = await addDataset('cifar10', tree, datasets, { providers })
    expect(after.checksum).toBe(before.checksum)
    expect(await verifyDataset(folder)).toEqual([])
  })

  it('adding a data set that is already there keeps the damaged one when the new one is refused', async () => {
    await flip('train-images.u8', 0, 99)
    await rm(join(tree, 'train/cat/0.png'))
    await expect(addDataset('cifar10', tree, datasets, { providers })).rejects.toThrow('train/cat/: expected 2 images, got 1')
    expect(await readdir(datasets)).toEqual(['cifar10'])
  })

  it('adding a data set that is already there is refused while the same is being added, and possible again afterwards', async () => {
    await removeDataset(datasets, 'cifar10')
    const first = addDataset('cifar10', tree, datasets, { providers })
    await expect(addDataset('cifar10', tree, datasets, { providers })).rejects.toThrow('The data set cifar10 is being added already')
    await first
    await expect(addDataset('cifar10', tree, datasets, { providers })).resolves.toEqual(await first)
  })

  it('adding a data set that is already there takes what another process has finished meanwhile', async () => {
    const ready = await readManifest(folder)
    const elsewhere = join(tree, '..', 'ready')
    await rename(folder, elsewhere)
    const slow: DatasetProvider = {
      name: 'cifar10',
      run: (job) =>
        job.write({ ...ready, title: 'mine' }, { train: 2, test: 2 }, async (writer) => {
          for (const split of ['train', 'test'] as const) await writer.write(split, 0, new Uint8Array(2 * 3072), new Uint8Array(2))
          await rename(elsewhere, folder)
        }),
    }
    expect(await addDataset('cifar10', null, datasets, { providers: [slow] })).toEqual(ready)
    expect(await readdir(datasets)).toEqual(['cifar10'])
  })

  it('adding a data set that is already there reports a provider that forgot an image instead of publishing it', async () => {
    const ready = await readManifest(folder)
    await removeDataset(datasets, 'cifar10')
    const forgetful: DatasetProvider = {
      name: 'cifar10',
      run: (job) => job.write(ready, { train: 1, test: 1 }, (writer) => writer.write('train', 0, new Uint8Array(3072), new Uint8Array(1))),
    }
    await expect(addDataset('cifar10', null, datasets, { providers: [forgetful] })).rejects.toThrow(
      'Image 0 of the test split was never written',
    )
    expect(await readdir(datasets)).toEqual([])
  })
})

describe('addDataset', () => {
  it('addDataset makes shapes-10 out of nothing, telling how far it is', async () => {
    const steps: string[] = []
    const manifest = await addDataset('shapes-10', null, datasets, {
      onProgress: ({ dataset, step, done, total }) => steps.push(`${dataset}: ${step} ${done}/${total}`),
    })
    expect(manifest).toMatchObject({ name: 'shapes-10', splits: { train: { count: 5000 }, test: { count: 1000 } } })
    expect(steps.at(-1)).toBe('shapes-10: drawing test images 1000/1000')
    expect(await verifyDataset(join(datasets, 'shapes-10'))).toEqual([])
  })

  it('addDataset refuses a file for shapes-10, which is generated', async () => {
    await expect(addDataset('shapes-10', tree, datasets)).rejects.toThrow('shapes-10 is generated and takes no archive or folder')
  })

  it('addDataset names the nearest data set for a mistyped one', async () => {
    await expect(addDataset('cifr10', null, datasets)).rejects.toThrow(
      'No data set is called "cifr10"; did you mean cifar10? Known: shapes-10, cifar10, cifar100,',
    )
    await expect(addDataset('../x', null, datasets)).rejects.toThrow('No data set is called "../x"')
  })
})
