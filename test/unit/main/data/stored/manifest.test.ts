import { cp, readFile, truncate, writeFile } from 'node:fs/promises'
import { totalmem } from 'node:os'
import { join, resolve } from 'node:path'
import { beforeEach, describe, expect, it } from 'vitest'
import { datasetManifestSchema, splitNamesOf } from '../../../../../src/common/data/dataset.ts'
import { listDatasets, readLabels, readManifest, readSplit, verifyDataset } from '../../../../../src/main/data/stored/dataset-folder.ts'
import { temporaryFolder } from '../../../../support/temporary-folder.ts'
import { writeManyClasses } from '../../../../support/write-dataset.ts'

const oldFolder = resolve('test/fixtures/datasets/stripes-v1')

describe('a data set that version 0.1 or 0.2 wrote', () => {
  it('a data set that version 0.1 or 0.2 wrote opens with the checksum it had, as version 2 describes it', async () => {
    const manifest = await readManifest(oldFolder)
    expect(manifest).toMatchObject({
      ...{ format: 2, name: 'stripes-v1', classes: ['across', 'along'], labelType: 'uint8' },
      image: { size: 'fixed', height: 8, width: 8, channels: 3 },
      splits: { train: { count: 6 }, test: { count: 4 } },
      checksum: 'a0bc60732399a5947fd2ec4806ae17db07018855b6feaf54766e50a9a4c47617',
    })
    expect(datasetManifestSchema.parse(manifest), 'the worker is sent it so').toEqual(manifest)
    expect(await verifyDataset(oldFolder)).toEqual([])
    const { images, labels } = await readSplit(oldFolder, manifest, 'train', { verifyChecksum: true })
    expect([images.length, ...labels]).toEqual([6 * 192, 0, 1, 0, 1, 0, 1])
  })

  it('a data set of 0.1 or 0.2 is checked for short files, wrong labels, changed bytes and fields', async () => {
    const folder = join(await temporaryFolder(), 'old')
    await cp(oldFolder, folder, { recursive: true })
    await writeFile(join(folder, 'train-labels.u8'), Uint8Array.of(0, 1, 0, 2, 0, 1))
    expect(await verifyDataset(folder)).toEqual([expect.stringMatching(/train-labels\.u8, offset 3: label 2, expected 0 to 1/)])
    await writeFile(join(folder, 'train-labels.u8'), Uint8Array.of(0, 1, 0, 0, 0, 1))
    expect(await verifyDataset(folder)).toEqual([expect.stringMatching(/the train split's SHA-256 is no longer 11781934bc04/)])
    await truncate(join(folder, 'test-images.u8'), 100)
    expect(await verifyDataset(folder)).toEqual([expect.stringMatching(/test-images\.u8: expected 768 bytes, found 100/)])
    await changeManifest(folder, (text) => text.replace('"height": 8', '"height": -8'))
    expect(await verifyDataset(folder)).toEqual([expect.stringMatching(/manifest\.json: image\.height: expected at least 1/)])
  })
})

describe('a data set of version 2', () => {
  it('a data set of version 2 keeps 300 classes, labels of two bytes and a split of its own name', async () => {
    const folder = await temporaryFolder()
    const manifest = await writeManyClasses(join(folder, 'many-classes'), 300, { train: 600, test: 300, validation: 301 })
    expect(manifest).toMatchObject({
      format: 2,
      labelType: 'uint16',
      splits: { validation: { count: 301, labels: 'validation-labels.u16' } },
    })
    const [listed] = await listDatasets(folder)
    expect(listed?.manifest).toEqual(manifest)
    expect(listed?.bytes).toBe(1201 * (192 + 2))
    expect(splitNamesOf(manifest.splits)).toEqual(['train', 'test', 'validation'])
    const { images, labels } = await readSplit(join(folder, 'many-classes'), manifest, 'validation', { verifyChecksum: true })
    expect(labels).toBeInstanceOf(Uint16Array)
    expect([labels.length, labels[299], labels[300], images.length]).toEqual([301, 299, 0, 301 * 192])
    expect(await verifyDataset(join(folder, 'many-classes'))).toEqual([])
    await expect(readSplit(join(folder, 'many-classes'), manifest, 'constructor')).rejects.toThrow(
      'many-classes has no split "constructor"; it has train, test, validation.',
    )
  })

  it('a data set of version 2 has another checksum when a further split differs or has another name', async () => {
    const folder = await temporaryFolder()
    const without = await writeManyClasses(join(folder, 'a'), 3, { train: 6, test: 3 })
    const named = await writeManyClasses(join(folder, 'b'), 3, { train: 6, test: 3, validation: 3 })
    const other = await writeManyClasses(join(folder, 'c'), 3, { train: 6, test: 3, extra: 3 })
    expect(named.splits.train).toEqual(without.splits.train)
    expect(new Set([without.checksum, named.checksum, other.checksum]).size).toBe(3)
  })

  it('a data set of version 2 names file and offset of a wide label that is no class', async () => {
    const folder = join(await temporaryFolder(), 'set')
    await writeManyClasses(folder, 300, { train: 600, test: 300 })
    const path = join(folder, 'test-labels.u16')
    const bytes = await readFile(path)
    bytes.writeUInt16LE(300, 2 * 7)
    await writeFile(path, bytes)
    expect(await verifyDataset(folder)).toEqual([
      expect.stringMatching(/test-labels\.u16, offset 14: label 300, expected 0 to 299\. Remove/),
    ])
  })
})

describe('a manifest that cannot be true', () => {
  let folder: string
  beforeEach(async () => {
    folder = join(await temporaryFolder(), 'set')
    await writeManyClasses(folder, 300, { train: 600, test: 300 })
  })

  it.each<[string, string | RegExp, string, RegExp]>([
    ['says NaN', '"height": 8', '"height": NaN', /is not JSON/],
    [
      'counts more than all numbers',
      '"count": 600',
      '"count": 1e400',
      /splits\.train\.count: expected a number|splits\.train\.count: expected a whole number/,
    ],
    ['counts more images than there can be', '"count": 600', '"count": 4294967296', /splits\.train\.count: expected at most 2,147,483,647/],
    ['counts half an image', '"count": 600', '"count": 600.5', /splits\.train\.count: expected a whole number/],
    [
      'counts more images than the files hold',
      '"count": 600',
      '"count": 2000000000',
      /train-images\.u8: expected 384000000000 bytes, found 115200/,
    ],
    [
      'names a file elsewhere',
      'train-labels.u16',
      '../train-labels.u16',
      /splits\.train\.labels: "\.\.\/train-labels\.u16" is not the plain name of a file beside the manifest/,
    ],
    ['names the folder above', '"train-images.u8"', '".."', /"\.\." is not the plain name of a file/],
    ['has labels too narrow for its classes', '"uint16"', '"uint8"', /labelType: uint8 cannot tell 300 classes apart/],
    ['has a split of a strange name', '"test": {', '"../x": {"count":1,"images":"a","labels":"b","checksum":""}, "test": {', /splits/],
    ['lacks the test split', '"test": {', '"proof": {', /splits\.test: expected fields/],
    [
      'gives sizes of their own without an index',
      /"size": "fixed",\s*"height": 8,\s*"width": 8/,
      '"size": "varied", "encoding": "raw"',
      /splits\.train\.index: expected an index, since images have their own sizes/,
    ],
    ['has images of no height', '"height": 8', '"height": 0', /image\.height: expected at least 1/],
    ['has images of 2^40 pixels', '"height": 8', '"height": 1099511627776', /image\.height: expected at most 65,535/],
    ['is of a later version', '"format": 2', '"format": 3', /format: expected 1 or 2, got 3\. A newer Skiplab wrote it/],
    ['is of no version', '"format": 2', '"format": "2"', /format: expected 1 or 2, got "2"/],
    ['is a list', /^[^]*$/, '[]', /format: expected 1 or 2, got undefined/],
    ['has a field too many', '"format": 2', '"format": 2, "weight": 1', /there is no "weight"/],
  ])('a manifest that cannot be true is refused in one sentence when it %s', async (_, from, to, message) => {
    await changeManifest(folder, (text) => text.replace(from, to))
    const problems = await verifyDataset(folder)
    expect(problems).toEqual([expect.stringMatching(message)])
    expect(problems[0]).toContain(join(folder, ''))
  })

  it('a manifest that cannot be true is refused unread when it is larger than any manifest', async () => {
    await truncate(join(folder, 'manifest.json'), 2 ** 27)
    expect(await verifyDataset(folder)).toEqual([expect.stringMatching(/manifest\.json: 134217728 bytes are more than a manifest takes/)])
  })

  it('a manifest of a sparse file longer than memory is refused before anything is allocated', async () => {
    const count = totalmem()
    const manifest = await readManifest(folder)
    await truncate(join(folder, 'train-labels.u16'), 2 * count)
    const large = { ...manifest, splits: { ...manifest.splits, train: { ...manifest.splits.train, count } } }
    await expect(readLabels(folder, large, 'train')).rejects.toThrow(
      /train-labels\.u16: \d+ bytes are more than this machine's memory of \d+ bytes/,
    )
  })
})

async function changeManifest(folder: string, change: (text: string) => string): Promise<void> {
  const path = join(folder, 'manifest.json')
  const text = await readFile(path, 'utf8')
  const changed = change(text)
  expect(changed).not.toBe(text)
  await writeFile(path, changed)
}
