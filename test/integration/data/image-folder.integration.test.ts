import { mkdir, readdir, symlink, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import sharp from 'sharp'
import { describe, expect, it } from 'vitest'
import { inspectSource } from '../../../src/main/data/inspect-source.ts'
import { IndexedImages } from '../../../src/main/data/stored/image-index.ts'
import { colorAt, tarGzOf, tarOf, writeTree, xzOf, type Files } from '../../support/cifar-fixtures.ts'
import { expectFailure } from '../../support/expect-failure.ts'
import { addImages, photo, photos, pixelsOf, treePaths, zipOf } from '../../support/image-tree.ts'
import { temporaryFolder } from '../../support/temporary-folder.ts'

const classes = ['cat', 'dog']
const smallTree = async (prefix = ''): Promise<Files> =>
  new Map([...(await photos(treePaths(classes, { train: 3, val: 1 })))].map(([path, image]) => [prefix + path, image]))
const left = (root: string) => readdir(join(root, 'datasets')).catch(() => [])

async function folderWith(files: Files): Promise<{ root: string; from: string }> {
  const root = await temporaryFolder()
  await writeTree(join(root, 'in'), files)
  return { root, from: join(root, 'in') }
}

describe('an import of images', () => {
  const forms: [string, (root: string) => Promise<string>][] = [
    ['a folder', async (root) => (await writeTree(join(root, 'in'), await smallTree()), join(root, 'in'))],
    ['a tar', async (root) => (await writeFile(join(root, 'in.tar'), await tarOf(await smallTree('a/b/'))), join(root, 'in.tar'))],
    ['a tar.gz', async (root) => (await writeFile(join(root, 'in.tgz'), await tarGzOf(await smallTree('./'))), join(root, 'in.tgz'))],
    ['a tar.xz', async (root) => (await writeFile(join(root, 'in'), xzOf(await tarOf(await smallTree('x/')))), join(root, 'in'))],
    [
      'a zip',
      async (root) => (await writeFile(join(root, 'in.zip'), zipOf(new Map([...(await smallTree())].reverse()))), join(root, 'in.zip')),
    ],
  ]
  it.each(forms)('reads %s: classes by name, images by path, the same bytes whatever it is packed in', async (_, make) => {
    const root = await temporaryFolder()
    const manifest = await addImages(await make(root), root, { size: 8 })
    expect(manifest).toMatchObject({ name: 'own', title: 'own', classes, image: { size: 'fixed', height: 8, width: 8, channels: 3 } })
    const train = await pixelsOf(root, manifest, 'train')
    expect(train.labels).toEqual([0, 0, 0, 1, 1, 1])
    expect(train.pixels).toEqual(treePaths(classes, { train: 3 }).map((path) => colorAt(path)))
    expect((await pixelsOf(root, manifest, 'test')).labels).toEqual([0, 1])
    expect(manifest.notes).toEqual(['There is no test split: val serves as test.'])
    expect(await left(root)).toEqual(['own'])
  })

  it('an import of images takes images of one size as they are, and asks for a size where they differ', async () => {
    const files = await smallTree()
    const { root, from } = await folderWith(files)
    expect((await addImages(from, root)).image).toEqual({ size: 'fixed', height: 16, width: 24, channels: 3 })
    files.set('train/cat/9.png', await photo('x', 10, 90).png().toBuffer())
    const other = await folderWith(files)
    await expectFailure(
      addImages(other.from, other.root),
      'bad-input',
      'the images have different sizes, from 24x16 to 10x90; 1 differ from the first, 24x16. Say what',
    )
    expect(await left(other.root)).toEqual([])
  })

  it('an import of images keeps images at their sizes as files, in the order of their places', async () => {
    const files = await smallTree()
    files.set('train/cat/1.png', await photo('train/cat/1.png', 70, 50).jpeg().toBuffer())
    const { root, from } = await folderWith(files)
    const manifest = await addImages(from, root, { size: 'keep', title: 'Cats and dogs' })
    expect(manifest).toMatchObject({ title: 'Cats and dogs', image: { size: 'varied', encoding: 'encoded', channels: 3 } })
    const stored = await IndexedImages.open(join(root, 'datasets', 'own'), manifest, 'train')
    for (const [place, path] of treePaths(classes, { train: 3 }).entries()) {
      const { bytes, height, width } = await stored.read(place)
      expect(files.get(path)!.equals(bytes)).toBe(true)
      expect([height, width]).toEqual(place === 1 ? [50, 70] : [16, 24])
    }
    await stored.close()
    await writeFile(join(root, 'in.tar'), await tarOf(new Map([...files].reverse())))
    expect(
      (await addImages(join(root, 'in.tar'), join(root, 'again'), { size: 'keep' })).checksum,
      'whatever the order of an archive',
    ).toBe(manifest.checksum)
  })

  it('an import of images reads what desktops leave behind as nothing, names of any script, and images under wrong names', async () => {
    const files = await photos(['train/鳥/α β.png', 'train/птица/1.PNG', 'test/鳥/%s.png', 'test/птица/1.png'])
    files
      .set('train/鳥/a photo', await photo('a photo').jpeg().toBuffer())
      .set('train/鳥/really.a.gif.jpg', await photo('gif').gif().toBuffer())
    for (const path of [
      'train/._鳥',
      'train/鳥/.DS_Store',
      'train/鳥/._1.png',
      'test/Thumbs.db',
      '__MACOSX/train/鳥/._1.png',
      'labels.csv',
      'train/鳥/notes.txt',
    ])
      files.set(path, Buffer.from('x'))
    const root = await temporaryFolder()
    await writeFile(join(root, 'in.zip'), zipOf(files))
    const manifest = await addImages(join(root, 'in.zip'), root, { size: 16 })
    expect(manifest.classes).toEqual(['птица', '鳥'])
    expect([manifest.splits.train.count, manifest.splits.test.count]).toEqual([4, 2])
    expect(manifest.notes).toContain('1 files that are not named as images are images by their content and were taken.')
    expect(manifest.notes?.join()).toMatch(/Passed over, since no images: labels\.csv, train\/鳥\/notes\.txt/)
  })

  it('an import of images follows links inside of a folder, a tar and a zip, and refuses those that lead outside', async () => {
    const files = await photos([...treePaths(classes, { train: 1, test: 1 }), 'pool/1.png', 'pool/2.png'])
    const { root, from } = await folderWith(files)
    await symlink('../../pool/1.png', join(from, 'train', 'cat', 'linked.png'))
    await symlink('../../pool', join(from, 'train', 'dog', 'more'))
    const folder = await addImages(from, root, { size: 8 })
    expect(folder.splits.train.count).toBe(5)
    const links = [
      { name: 'train/cat/linked.png', type: 'symlink' as const, linkname: '../../pool/1.png' },
      { name: 'train/dog/more', type: 'symlink' as const, linkname: '../../pool' },
    ]
    const entries = [...links, ...[...files].map(([name, content]) => ({ name, content }))]
    for (const [name, packed] of [
      ['in.tar', await tarOf(entries)],
      ['in.zip', zipOf(entries)],
    ] as const) {
      await writeFile(join(root, name), packed)
      expect((await addImages(join(root, name), join(root, `of-${name}`), { size: 8 })).checksum, name).toBe(folder.checksum)
    }
    await symlink('/etc/hostname', join(from, 'train', 'cat', 'evil.png'))
    await symlink('/etc', join(from, 'elsewhere'))
    await expectFailure(
      addImages(from, join(root, 'refused'), { size: 8 }),
      'bad-input',
      'train/cat/evil.png is a symbolic link that leads outside or nowhere, which is not followed',
    )
  })

  it('an import of images tells all images that cannot be read in one list, of many the number, and leaves nothing', async () => {
    const files = await photos(treePaths(classes, { train: 15, val: 1 }))
    const good = files.get('train/cat/0.png')!
    for (let at = 0; at < 12; at++) files.set(`train/cat/bad${at}.png`, good.subarray(0, 40))
    for (let at = 0; at < 12; at++) files.set(`train/dog/bad${at}.jpg`, Buffer.from('no image'))
    const { root, from } = await folderWith(files)
    const message = await addImages(from, root, { size: 8 }).then(
      () => '',
      (error: unknown) => (error instanceof Error ? error.message : ''),
    )
    expect(message).toMatch(
      /: 24 problems\. train\/cat\/bad\d+\.png: a damaged or truncated image of 40 bytes .*; and 4 more\. Nothing was imported\.$/,
    )
    expect(message.match(/bad\d+\.\w+: /g)).toHaveLength(20)
    expect(await left(root)).toEqual([])
    expect(await inspectSource(from, { images: true })).toMatchObject({ problemCount: 24, checked: 'images' })
    expect(await inspectSource(from, { images: false }), 'names tell nothing of it').toMatchObject({ problemCount: 0, checked: 'names' })
  })

  it('an import of images tells equal images in two splits or classes, and what was done to images', async () => {
    const files = await photos(treePaths(classes, { train: 2, val: 1 }))
    files.set('val/cat/0.png', files.get('train/cat/1.png')!).set('train/dog/5.png', files.get('train/cat/0.png')!)
    files.set('train/dog/0.png', await sharp(files.get('train/dog/0.png')).ensureAlpha(0.5).png().toBuffer())
    const { root, from } = await folderWith(files)
    const { notes } = await addImages(from, root, { size: 64 })
    expect(notes).toEqual([
      'There is no test split: val serves as test.',
      '1 image with transparency: laid onto white.',
      '7 images are smaller than asked for and were enlarged.',
      '1 image file is the same in training and in test or validation: train/cat/1.png = val/cat/0.png.',
      '1 image file is the same in two classes: train/cat/0.png = train/dog/5.png.',
    ])
  })

  it('an import of images takes 300 classes', async () => {
    const many = Array.from({ length: 300 }, (_, at) => `c${String(at).padStart(3, '0')}`)
    const image = await photo('x', 8, 8).png().toBuffer()
    const root = await temporaryFolder()
    await writeFile(join(root, 'in.tar'), await tarOf(new Map(treePaths(many, { train: 1, val: 1 }).map((path) => [path, image]))))
    const manifest = await addImages(join(root, 'in.tar'), root)
    expect([manifest.labelType, manifest.classes.length]).toEqual(['uint16', 300])
    expect((await pixelsOf(root, manifest, 'test')).labels.at(-1)).toBe(299)
  })

  it('an import of images stops when it is cancelled, and leaves nothing', async () => {
    const { root, from } = await folderWith(await photos(treePaths(classes, { train: 150, val: 1 }), 8, 8))
    const { addDataset } = await import('../../../src/main/data/add-dataset.ts')
    const controller = new AbortController()
    const adding = addDataset('own', from, join(root, 'datasets'), {
      signal: controller.signal,
      onProgress: ({ step }) => step === 'reading images' && controller.abort(new Error('stopped by hand')),
    })
    await expect(adding).rejects.toThrow('stopped by hand')
    expect(await left(root)).toEqual([])
  })

  it('an import of images refuses a name that no folder can have, and options for a data set that is always the same', async () => {
    const { root, from } = await folderWith(await smallTree())
    const { addDataset } = await import('../../../src/main/data/add-dataset.ts')
    await expectFailure(addDataset('My Cats', from, root), 'bad-input', 'A data set cannot be called "My Cats"')
    await expectFailure(addDataset('cifar10', from, root, { importOptions: { size: 8 } }), 'bad-input', 'cifar10 is always the same')
    await mkdir(join(root, 'empty'))
    await expectFailure(addImages(join(root, 'empty'), root), 'bad-input', 'got nothing')
  })
})

describe('a look at a folder of images', () => {
  it('a look at a folder of images tells classes, images of each split, sizes and a name, and writes nothing', async () => {
    const files = await smallTree()
    files.set('val/dog/big.png', await photo('x', 60, 50).png().toBuffer())
    const { root, from } = await folderWith(files)
    for (const images of [true, false])
      expect(await inspectSource(from, { images })).toEqual({
        form: 'Folder of images',
        name: 'in',
        takesOptions: true,
        takesSize: true,
        classes: [
          { name: 'cat', train: 3, validation: null, test: 1 },
          { name: 'dog', train: 3, validation: null, test: 2 },
        ],
        sizes: { smallest: [16, 24], largest: [50, 60] },
        problems: [],
        problemCount: 0,
        notes: ['There is no test split: val serves as test.'],
        checked: images ? 'images' : 'names',
      })
    expect(await readdir(root)).toEqual(['in'])
  })
})
