import { rm, truncate, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { cifar100Classes } from '../../../../src/common/data/class-names.ts'
import { addDataset } from '../../../../src/main/data/add-dataset.ts'
import { inspectSource } from '../../../../src/main/data/inspect-source.ts'
import { cifar10Provider } from '../../../../src/main/data/providers/cifar10/cifar10.ts'
import { cifar10Classes, recordBytes } from '../../../../src/main/data/providers/cifar10/layout.ts'
import { cifar100Provider } from '../../../../src/main/data/providers/cifar100/cifar100.ts'
import { binaryBatches, tarGzOf, tinySize, writeTree } from '../../../support/cifar-fixtures.ts'
import { idxFiles } from '../../../support/idx-files.ts'
import { temporaryFolder } from '../../../support/temporary-folder.ts'

const providers = [cifar10Provider(tinySize), cifar100Provider({ train: 120, test: 100 })]
const look = (from: string) => inspectSource(from, { images: false, providers })

async function batchFolder(files = binaryBatches('')): Promise<string> {
  const folder = await temporaryFolder()
  await writeTree(folder, files)
  return folder
}

describe("a look at CIFAR's batches", () => {
  it("a look at CIFAR's batches tells classes and counts, as read", async () => {
    const found = await look(await batchFolder())
    expect(found).toMatchObject({ form: 'CIFAR-10, binary version', name: 'cifar10', problemCount: 0, checked: 'images' })
    expect(found.classes).toEqual(cifar10Classes.map((name) => ({ name, train: 10, validation: null, test: 2 })))
    expect(found.sizes).toEqual({ smallest: [32, 32], largest: [32, 32] })
    expect([found.takesOptions, found.takesSize]).toEqual([false, false])
  })

  it("a look at CIFAR's batches tells all that is missing, cut or wrong, and counts what is whole", async () => {
    const folder = await batchFolder()
    await rm(join(folder, 'data_batch_3.bin'))
    await rm(join(folder, 'test_batch.bin'))
    await truncate(join(folder, 'data_batch_5.bin'), 4 * recordBytes + 5)
    const spoilt = binaryBatches('').get('data_batch_2.bin')!
    spoilt.writeUInt8(10, 3 * recordBytes)
    await writeFile(join(folder, 'data_batch_2.bin'), spoilt)
    const { problems, problemCount, classes } = await look(folder)
    expect(problems).toEqual([
      expect.stringMatching(/^expected one data_batch_3\.bin .*, found 0$/),
      'data_batch_5.bin: expected 61460 bytes (20 images of 3073), got 12297: it ends at offset 12297, in image 4',
      expect.stringMatching(/^expected one test_batch\.bin .*, found 0$/),
      'data_batch_2.bin, offset 9219: label 10 of image 3, expected 0 to 9',
    ])
    expect(problemCount).toBe(4)
    expect(
      classes.reduce((sum, { train }) => sum + train, 0),
      'two whole batches and four images',
    ).toBe(44)
    expect(classes.every(({ test }) => test === 0)).toBe(true)
  })

  it("a look at CIFAR's batches tells that an archive is not the official one, as its import does", async () => {
    const file = join(await temporaryFolder(), 'in.tar.gz')
    await writeFile(file, await tarGzOf(binaryBatches()))
    const { problems, classes } = await look(file)
    expect(problems).toEqual([expect.stringMatching(/^MD5 .* If you trust its batches, unpack it and give the folder$/)])
    expect(classes[0]).toMatchObject({ train: 10, test: 2 })
  })

  it("a look at CIFAR's batches reads CIFAR-100, also where a split is missing", async () => {
    const folder = await temporaryFolder()
    const records = (count: number) =>
      Buffer.concat(Array.from({ length: count }, (_, image) => Buffer.concat([Buffer.of(0, image % 100), Buffer.alloc(3072, image)])))
    await writeTree(
      folder,
      new Map([
        ['fine_label_names.txt', Buffer.from('apple')],
        ['train.bin', records(120)],
      ]),
    )
    expect(await look(folder)).toMatchObject({
      name: 'cifar100',
      problems: [expect.stringContaining("expected train.bin and test.bin of CIFAR-100's binary version")],
      classes: cifar100Classes.map((name, label) => ({ name, train: label < 20 ? 2 : 1, test: 0 })),
    })
    await writeFile(join(folder, 'test.bin'), records(100))
    expect(await look(folder)).toMatchObject({
      problemCount: 0,
      notes: [
        'It is added under its own name, cifar100.',
        expect.stringMatching(/^100 test images are, pixel by pixel, training images too: test 0 = train 0, .* and 95 more\.$/),
      ],
    })
  })
})

describe('a look at IDX files', () => {
  it('a look at IDX files tells classes and counts, and heeds the classes and numbers that are asked for', async () => {
    const folder = await batchFolder(idxFiles({ train: 25, t10k: 10 }, true))
    const found = await look(folder)
    expect(found).toMatchObject({ problemCount: 0, takesOptions: true, takesSize: false, sizes: { smallest: [28, 28], largest: [28, 28] } })
    expect(found.classes).toEqual(
      Array.from({ length: 10 }, (_, label) => ({ name: String(label), train: label < 5 ? 3 : 2, validation: null, test: 1 })),
    )
    expect(found.notes[1]).toMatch(/^10 test images are, pixel by pixel, training images too: test 0 = train 0, /)
    const asked = await inspectSource(folder, { images: true, importOptions: { classes: ['7', '1'], perClass: 2 } })
    expect(asked.classes).toEqual([
      { name: '7', train: 2, validation: null, test: 1 },
      { name: '1', train: 2, validation: null, test: 1 },
    ])
  })

  it('a look at IDX files tells all that is missing, cut or wrong', async () => {
    const files = idxFiles({ train: 20, t10k: 10 })
    files.delete('t10k-labels-idx1-ubyte')
    files.set('train-images-idx3-ubyte', files.get('train-images-idx3-ubyte')!.subarray(0, 500))
    const { problems } = await look(await batchFolder(files))
    expect(problems).toEqual([
      'train-images-idx3-ubyte, offset 500: expected 15696 bytes for 20 x 28 x 28, got 500',
      't10k-labels-idx1-ubyte (or .gz) is missing',
    ])
  })
})

describe('a look at many problems', () => {
  it('a look at many problems lists a thousand and counts the others', async () => {
    const folder = await temporaryFolder()
    const names = Array.from({ length: 1100 }, (_, at) => [`train/only-train-${at}/1.png`, Buffer.of(0)] as const)
    await writeTree(folder, new Map([...names, ['test/other/1.png', Buffer.of(0)]]))
    const { problems, problemCount } = await look(folder)
    expect([problems.length, problemCount]).toEqual([1000, 1101])
    await expect(addDataset('many', folder, join(folder, 'out'), { importOptions: { size: 8 } })).rejects.toThrow(/; and 1081 more\./)
  })
})
