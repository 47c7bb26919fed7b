import { createHash } from 'node:crypto'
import { mkdir, readdir, symlink, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { addDataset } from '../../../src/main/data/add-dataset.ts'
import { cifar10Provider, officialArchive } from '../../../src/main/data/providers/cifar10/cifar10.ts'
import { cifar10Classes, recordBytes } from '../../../src/main/data/providers/cifar10/layout.ts'
import { readSplit, type SplitName } from '../../../src/main/data/stored/dataset-folder.ts'
import {
  binaryBatches,
  colorAt,
  imageTree,
  plainImage,
  tarGzOf,
  tarOf,
  tinySize,
  writeTree,
  xzOf,
  type Files,
} from '../../support/cifar-fixtures.ts'
import { temporaryFolder } from '../../support/temporary-folder.ts'

/** Adds a CIFAR-10 of the fixtures' size; an archive of batches is taken for the official one. */
async function addTiny(from: string, root: string, md5 = '', options: { signal?: AbortSignal } = {}) {
  const provider = cifar10Provider(tinySize, { ...officialArchive, md5 })
  return addDataset('cifar10', from, join(root, 'datasets'), { providers: [provider], ...options })
}

const pixelOf = (images: Uint8Array, index: number) => [...images.subarray(index * 3072, index * 3072 + 3)]
const left = (root: string) => readdir(join(root, 'datasets')).catch(() => [])
const readBack = async (root: string, manifest: Awaited<ReturnType<typeof addTiny>>, split: SplitName) =>
  readSplit(join(root, 'datasets', 'cifar10'), manifest, split, { verifyChecksum: true })

/** The import is refused with this message, and nothing of it stays. */
async function expectRefusal(from: string, root: string, message: RegExp, md5 = '') {
  await expect(addTiny(from, root, md5)).rejects.toThrow(message)
  expect(await left(root)).toEqual([])
}

describe('importing CIFAR-10 from a tree of images', () => {
  const forms: [string, (root: string) => Promise<string>][] = [
    ['a folder', async (root) => (await writeTree(join(root, 'in'), await imageTree()), join(root, 'in'))],
    [
      'a folder with one folder around it',
      async (root) => (await writeTree(join(root, 'in'), await imageTree('CIFAR-10-images/')), join(root, 'in')),
    ],
    ['a tar', async (root) => (await writeFile(join(root, 'in.tar'), await tarOf(await imageTree())), join(root, 'in.tar'))],
    ['a tar.gz', async (root) => (await writeFile(join(root, 'in.tgz'), await tarGzOf(await imageTree('./'))), join(root, 'in.tgz'))],
    ['a tar.xz', async (root) => (await writeFile(join(root, 'in'), xzOf(await tarOf(await imageTree('top/')))), join(root, 'in'))],
  ]

  it.each(forms)('an import of images reads %s: sorted by path, labels in the fixed class order, pixels unchanged', async (_, make) => {
    const root = await temporaryFolder()
    const manifest = await addTiny(await make(root), root)
    expect(manifest).toMatchObject({
      name: 'cifar10',
      classes: cifar10Classes,
      image: { size: 'fixed', height: 32, width: 32, channels: 3 },
    })
    const train = await readBack(root, manifest, 'train')
    expect([...train.labels]).toEqual(cifar10Classes.flatMap((_, label) => [label, label]))
    for (const [index, label] of train.labels.entries())
      expect(pixelOf(train.images, index)).toEqual(colorAt(`train/${cifar10Classes[label]!}/${index % 2}.png`))
    const test = await readBack(root, manifest, 'test')
    expect([...test.labels]).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9])
    expect(await left(root)).toEqual(['cifar10'])
  })

  it('importing CIFAR-10 from a tree of images gives the same data set whatever the order of the archive', async () => {
    const root = await temporaryFolder()
    const files = await imageTree()
    await writeFile(join(root, 'a.tar'), await tarOf(files))
    await writeFile(join(root, 'b.tar'), await tarOf(new Map([...files].reverse())))
    const first = await addTiny(join(root, 'a.tar'), join(root, 'one'))
    const second = await addTiny(join(root, 'b.tar'), join(root, 'two'))
    expect(second.checksum).toBe(first.checksum)
  })

  it('importing CIFAR-10 from a tree of images reads JPEG images, and leaves what desktops and archivers add unread', async () => {
    const root = await temporaryFolder()
    const files = await imageTree('', 'jpeg')
    files
      .set('train/._cat', Buffer.from('x'))
      .set('train/cat/.DS_Store', Buffer.from('x'))
      .set('test/dog/Thumbs.db', Buffer.from('x'))
      .set('README.md', Buffer.from('x'))
    await writeTree(join(root, 'in'), files)
    const { images } = await readBack(root, await addTiny(join(root, 'in'), root), 'test')
    const wanted = colorAt('test/airplane/0.jpg')
    pixelOf(images, 0).forEach((value, channel) => expect(Math.abs(value - wanted[channel]!)).toBeLessThan(6))
  })

  const refusals: [string, (files: Files) => unknown, RegExp][] = [
    [
      'a truncated image',
      async (files) => files.set('train/cat/1.png', (await plainImage('x')).subarray(0, 60)),
      /train\/cat\/1\.png: damaged or truncated image of 60 bytes/,
    ],
    [
      'a truncated JPEG',
      async (files) => (files.delete('train/cat/1.png'), files.set('train/cat/1.jpg', (await plainImage('x', 'jpeg')).subarray(0, -20))),
      /train\/cat\/1\.jpg: damaged or truncated/,
    ],
    [
      'an image of another size',
      async (files) => files.set('test/dog/0.png', await plainImage('x', 'png', 33)),
      /test\/dog\/0\.png: expected 32x32 pixels in colour, got 33x33/,
    ],
    [
      'a file that is no image',
      (files) => files.set('train/ship/0.png', Buffer.from('<svg/>')),
      /train\/ship\/0\.png, offset 0: expected a PNG or JPEG image, got a file that starts with the bytes 3c7376672f3e/,
    ],
    ['an empty file', (files) => files.set('train/ship/0.png', Buffer.alloc(0)), /train\/ship\/0\.png, offset 0: .*an empty file/],
    [
      'a file of another kind',
      (files) => files.set('train/ship/notes.txt', Buffer.from('x')),
      /train\/ship\/notes\.txt: expected only train\/<class>\/\*\.png or \*\.jpg/,
    ],
    ['a folder too deep', (files) => files.set('train/ship/more/1.png', Buffer.from('x')), /more\/1\.png: expected only/],
    [
      'an image far too large to be one',
      (files) => files.set('train/ship/0.png', Buffer.alloc(2 ** 22 + 1)),
      /train\/ship\/0\.png: 4194305 bytes are too many/,
    ],
    [
      'a class that does not exist',
      (files) => files.set('train/airplan/0.png', Buffer.from('x')),
      /"airplan" is no class of CIFAR-10 \(rename it to airplane\?\); expected airplane, automobile.*; got airplan/,
    ],
    [
      'a class that is missing',
      (files) => files.delete('test/frog/0.png'),
      /test\/: class frog is missing; expected airplane.*; got airplane/,
    ],
    ['too few images of a class', (files) => files.delete('train/frog/0.png'), /train\/frog\/: expected 2 images, got 1/],
    [
      'no test images',
      (files) => [...files.keys()].filter((path) => path.startsWith('test')).forEach((path) => files.delete(path)),
      /test\/: class airplane is missing.*got none/,
    ],
    [
      'nothing that it knows',
      (files) => (files.clear(), files.set('a/b.txt', Buffer.from('x'))),
      /expected data_batch_1\.bin .* or train\/<class>\/.*; got a at the top/,
    ],
  ]
  it.each(refusals)('an import of images refuses %s in an archive, naming it, and leaves nothing', async (_, change, message) => {
    const root = await temporaryFolder()
    const files = await imageTree()
    await change(files)
    await writeFile(join(root, 'in.tar'), await tarOf(files))
    await expectRefusal(join(root, 'in.tar'), root, message)
  })

  it('importing CIFAR-10 from a tree of images insists on all 60,000 images when no test has asked for fewer', async () => {
    const root = await temporaryFolder()
    await writeTree(join(root, 'in'), await imageTree())
    await expect(addDataset('cifar10', join(root, 'in'), join(root, 'datasets'))).rejects.toThrow(
      'train/airplane/: expected 5000 images, got 2',
    )
  })

  it('an import of images skips links that do not matter, and refuses one instead of an image', async () => {
    const root = await temporaryFolder()
    await writeTree(join(root, 'in'), await imageTree())
    await symlink('/etc/hostname', join(root, 'in', 'notes'))
    await symlink('nowhere', join(root, 'in', 'latest'))
    expect(await addTiny(join(root, 'in'), join(root, 'whole'))).toMatchObject({ name: 'cifar10' })
    await symlink('/etc/hostname', join(root, 'in', 'train', 'cat', 'link.png'))
    await expectRefusal(
      join(root, 'in'),
      root,
      /train\/cat\/link\.png is a symbolic link, which is not followed: put what it stands for in its place \(cp -RL/,
    )
    await mkdir(join(root, 'links'))
    await symlink(join(root, 'in', 'train'), join(root, 'links', 'train'))
    await expectRefusal(join(root, 'links'), root, /: train is a symbolic link, which is not followed/)
    await mkdir(join(root, 'aside'))
    await symlink(join(root, 'in'), join(root, 'aside', 'images'))
    await expectRefusal(join(root, 'aside'), root, /got nothing, and links, which are not followed: images at the top/)
  })

  it.each([['MATLAB', ['cifar-10-batches-mat/data_batch_1.mat']]])(
    'says which download to take instead of the %s version',
    async (version, names) => {
      const root = await temporaryFolder()
      await writeFile(join(root, 'in.tar'), await tarOf(names.map((name) => ({ name, content: Buffer.from('x') }))))
      await expectRefusal(
        join(root, 'in.tar'),
        root,
        new RegExp(`this is CIFAR-10's ${version} version.* Take the binary version, cifar-10-binary\\.tar\\.gz`),
      )
    },
  )

  it('importing CIFAR-10 from a tree of images says that CIFAR-100 is another data set', async () => {
    const root = await temporaryFolder()
    await writeFile(
      join(root, 'in.tar'),
      await tarOf([{ name: 'cifar-100-binary/train.bin' }, { name: 'cifar-100-binary/fine_label_names.txt' }]),
    )
    await expectRefusal(join(root, 'in.tar'), root, /this is CIFAR-100, another data set: skiplab data add cifar100 --from/)
  })

  it('importing CIFAR-10 from a tree of images takes a car for an automobile, though it is spelt more like a cat', async () => {
    const root = await temporaryFolder()
    const files = new Map([...(await imageTree())].map(([path, content]) => [path.replace('/automobile/', '/car/'), content]))
    await writeTree(join(root, 'in'), files)
    await expectRefusal(join(root, 'in'), root, /"car" is no class of CIFAR-10 \(rename it to automobile\?\)/)
  })

  it('importing CIFAR-10 from a tree of images refuses a path where nothing is', async () => {
    const root = await temporaryFolder()
    await expectRefusal(join(root, 'nowhere'), root, /Nothing at .*nowhere: expected an archive/)
  })
})

describe('importing CIFAR-10 from its binary form', () => {
  const md5 = (bytes: Buffer) => createHash('md5').update(bytes).digest('hex')

  it.each(['archive', 'folder'])(
    'the binary form of CIFAR-10 is read from the %s: planes become pixels, batches keep their order',
    async (form) => {
      const root = await temporaryFolder()
      const files = binaryBatches()
      const archive = await tarGzOf(new Map([...files].reverse()))
      const from = join(root, form)
      if (form === 'archive') await writeFile(from, archive)
      else await writeTree(from, files)
      const manifest = await addTiny(from, root, md5(archive))
      expect(manifest.splits.train.count).toBe(100)
      const train = await readBack(root, manifest, 'train')
      expect([...train.labels]).toEqual(Array.from({ length: 100 }, (_, index) => index % 10))
      const record = files.get('cifar-10-batches-bin/data_batch_3.bin')!.subarray(7 * recordBytes, 8 * recordBytes)
      expect(pixelOf(train.images, 47)).toEqual([record[1], record[1 + 1024], record[1 + 2048]])
      expect([...train.images.subarray(48 * 3072 - 3, 48 * 3072)]).toEqual([record[1024], record[2048], record[3072]])
      expect((await readBack(root, manifest, 'test')).labels.length).toBe(20)
    },
  )

  const changed = (name: string, change: (bytes: Buffer) => Buffer): Files => {
    const files = binaryBatches('')
    files.set(name, change(Buffer.from(files.get(name)!)))
    return files
  }
  it.each<[string, Files, RegExp]>([
    [
      'a label above 9',
      changed('data_batch_2.bin', (b) => (b.writeUInt8(10, 3 * recordBytes), b)),
      /data_batch_2\.bin, offset 9219: label 10 of image 3, expected 0 to 9/,
    ],
    [
      'a short batch',
      changed('data_batch_5.bin', (b) => b.subarray(0, 4 * recordBytes + 5)),
      /data_batch_5\.bin: expected 61460 bytes .* got 12297: it ends at offset 12297, in image 4/,
    ],
    [
      'a long batch',
      changed('test_batch.bin', (b) => Buffer.concat([b, b])),
      /test_batch\.bin: expected 61460 bytes .* got 122920: there is more from offset 61460/,
    ],
    [
      'a missing batch',
      new Map([...binaryBatches('')].filter(([name]) => name !== 'data_batch_4.bin')),
      /expected one data_batch_4\.bin .*found 0/,
    ],
    ['a batch that is there twice', new Map([...binaryBatches(''), ...binaryBatches('copy/')]), /expected one data_batch_1\.bin .*found 2/],
  ])('the binary form of CIFAR-10 is refused with %s, file and offset named, and leaves nothing', async (_, files, message) => {
    const root = await temporaryFolder()
    await writeTree(join(root, 'in'), files)
    await expectRefusal(join(root, 'in'), root, message)
  })

  it('importing CIFAR-10 from its binary form refuses an archive of batches that is not the official one', async () => {
    const root = await temporaryFolder()
    await writeFile(join(root, 'in.tar.gz'), await tarGzOf(binaryBatches()))
    await expectRefusal(join(root, 'in.tar.gz'), root, /MD5 [0-9a-f]{32}, expected 0123 .*unpack it and give the folder/, '0123')
  })
})

describe('an import that is stopped', () => {
  it('an import that is stopped leaves nothing when aborted in the middle', async () => {
    const root = await temporaryFolder()
    await writeFile(join(root, 'in.tar'), await tarOf(await imageTree()))
    const controller = new AbortController()
    const provider = cifar10Provider(tinySize)
    const adding = addDataset('cifar10', join(root, 'in.tar'), join(root, 'datasets'), {
      providers: [provider],
      signal: controller.signal,
      onProgress: ({ step }) => step === 'reading images' && controller.abort(new Error('stopped by hand')),
    })
    await expect(adding).rejects.toThrow('stopped by hand')
    expect(await left(root)).toEqual([])
  })

  it('an import that is stopped does nothing when aborted before it began', async () => {
    const root = await temporaryFolder()
    await expect(addTiny('/nowhere', root, '', { signal: AbortSignal.abort(new Error('too late')) })).rejects.toThrow('too late')
  })

  it('an import that is stopped sweeps away what a killed import has left, but not what a living one is writing', async () => {
    const root = await temporaryFolder()
    const gone = `.incoming-${2 ** 30}-aa`
    const living = `.incoming-${process.ppid}-bb`
    for (const name of [gone, living]) await mkdir(join(root, 'datasets', name), { recursive: true })
    await writeTree(join(root, 'in'), await imageTree())
    await addTiny(join(root, 'in'), root)
    expect(await left(root)).toEqual([living, 'cifar10'])
  })
})
