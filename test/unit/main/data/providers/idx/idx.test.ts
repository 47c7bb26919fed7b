import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { describe, expect, it } from 'vitest'
import { fashionMnistClasses } from '../../../../../../src/common/data/class-names.ts'
import type { ImportOptions } from '../../../../../../src/common/data/import-options.ts'
import { addDataset } from '../../../../../../src/main/data/add-dataset.ts'
import { inspectSource } from '../../../../../../src/main/data/inspect-source.ts'
import { readSplit } from '../../../../../../src/main/data/stored/dataset-folder.ts'
import { expectFailure } from '../../../../../support/expect-failure.ts'
import { idxFiles } from '../../../../../support/idx-files.ts'
import { tarGzOf, writeTree } from '../../../../../support/cifar-fixtures.ts'
import { temporaryFolder } from '../../../../../support/temporary-folder.ts'

describe('IDX files', () => {
  it.each([
    ['plain in a folder', false],
    ['gzipped in a folder', true],
  ])('are read %s, grey and with the labels as they are', async (_, gzipped) => {
    const root = await temporaryFolder()
    await writeTree(join(root, 'in'), idxFiles({ train: 20, t10k: 10 }, gzipped))
    const manifest = await addDataset('fashion-mnist', join(root, 'in'), root)
    expect(manifest).toMatchObject({
      title: 'Fashion-MNIST',
      classes: fashionMnistClasses,
      image: { size: 'fixed', height: 28, width: 28, channels: 1 },
    })
    const { images, labels } = await readSplit(join(root, 'fashion-mnist'), manifest, 'train', { verifyChecksum: true })
    expect([...labels.slice(0, 12)]).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 0, 1])
    expect([...images.subarray(3 * 784, 3 * 784 + 3)]).toEqual([3, 4, 5])
    expect(manifest.splits.test.count).toBe(10)
  })

  it('are data sets of any name too, with labels for names, also in an archive', async () => {
    const root = await temporaryFolder()
    const files = new Map([...idxFiles({ train: 20, t10k: 10 }, true)].map(([path, content]) => [`raw/emnist-digits-${path}`, content]))
    await writeFile(join(root, 'in.tgz'), await tarGzOf(files))
    expect(await inspectSource(join(root, 'in.tgz'), { images: true })).toMatchObject({
      form: 'IDX files of images and labels',
      problemCount: 0,
    })
    const { classes, title } = await addDataset('digits', join(root, 'in.tgz'), root, { importOptions: { title: 'Digits' } })
    expect([classes, title]).toEqual([['0', '1', '2', '3', '4', '5', '6', '7', '8', '9'], 'Digits'])
  })

  it('give the classes and numbers of images that are asked for, with labels in their order', async () => {
    const root = await temporaryFolder()
    await writeTree(join(root, 'in'), idxFiles({ train: 50, t10k: 30 }))
    const add = (name: string, importOptions: ImportOptions) => addDataset(name, join(root, 'in'), root, { importOptions })
    const manifest = await add('digits', { classes: ['7', '1'], perClass: 3, testPerClass: 2 })
    expect([manifest.classes, manifest.splits.test.count]).toEqual([['7', '1'], 4])
    const { images, labels } = await readSplit(join(root, 'digits'), manifest, 'train', { verifyChecksum: true })
    expect([...labels].sort()).toEqual([0, 0, 0, 1, 1, 1])
    labels.forEach((label, at) => expect(images[at * 784]! % 10, 'pixels stay with their labels').toBe(label === 0 ? 7 : 1))
    expect((await add('again', { classes: ['7', '1'], perClass: 3, testPerClass: 2 })).checksum).toBe(manifest.checksum)
    expect((await add('another', { classes: ['7', '1'], perClass: 3, testPerClass: 2, seed: 2 })).checksum).not.toBe(manifest.checksum)
    await expectFailure(add('wrong', { classes: ['7', 'one'] }), 'bad-input', 'there is no class "one"')
    await expectFailure(
      add('wrong', { size: 64, testShare: 0.5 }),
      'bad-input',
      'a size (--size) and a share (--test-share) cannot be asked of them',
    )
  })

  it('note images that are equal, pixel by pixel, in training and test', async () => {
    const root = await temporaryFolder()
    await writeTree(join(root, 'in'), idxFiles({ train: 20, t10k: 2 }))
    expect((await addDataset('digits', join(root, 'in'), root)).notes).toEqual([
      '2 test images are, pixel by pixel, training images too: test 0 = train 0, test 1 = train 1.',
    ])
  })

  it.each<[string, (files: Map<string, Buffer>) => void, string]>([
    ['one of the four is missing', (files) => files.delete('t10k-labels-idx1-ubyte'), 't10k-labels-idx1-ubyte (or .gz) is missing'],
    [
      'labels are fewer than images',
      (files) => files.set('train-labels-idx1-ubyte', idxFiles({ train: 19, t10k: 1 }).get('train-labels-idx1-ubyte')!),
      '20 images in train-images-idx3-ubyte, 19 labels in train-labels-idx1-ubyte',
    ],
    [
      'a file is cut',
      (files) => files.set('train-images-idx3-ubyte', files.get('train-images-idx3-ubyte')!.subarray(0, 500)),
      'train-images-idx3-ubyte, offset 500: expected 15696 bytes for 20 x 28 x 28, got 500',
    ],
    [
      'a file is another',
      (files) => files.set('train-images-idx3-ubyte', files.get('train-labels-idx1-ubyte')!),
      'train-images-idx3-ubyte, offset 0: expected 00000803 of an IDX file of bytes, got 00000801',
    ],
    ['a label is no class', (files) => files.get('t10k-labels-idx1-ubyte')!.writeUInt8(10, 12), 'a label is 10, expected 0 to 9'],
    [
      'a gzip is cut',
      (files) => files.set('train-images-idx3-ubyte', gzipSync(files.get('train-images-idx3-ubyte')!).subarray(0, -9)),
      'train-images-idx3-ubyte: truncated or damaged gzip',
    ],
    [
      'a part is there twice',
      (files) => files.set('copy/train-images-idx3-ubyte', Buffer.from(files.get('train-images-idx3-ubyte')!)),
      'are the same part: keep one',
    ],
  ])('are refused where %s', async (_, change, message) => {
    const root = await temporaryFolder()
    const files = idxFiles({ train: 20, t10k: 10 })
    change(files)
    await writeTree(join(root, 'in'), files)
    await expectFailure(addDataset('fashion-mnist', join(root, 'in'), join(root, 'out')), 'bad-input', message)
  })
})
