import { createHash } from 'node:crypto'
import { readdir, writeFile } from 'node:fs/promises'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { describe, expect, it, onTestFinished } from 'vitest'
import { cifar100Classes } from '../../../src/common/data/class-names.ts'
import { addDataset } from '../../../src/main/data/add-dataset.ts'
import { inspectSource } from '../../../src/main/data/inspect-source.ts'
import { cifar10Provider } from '../../../src/main/data/providers/cifar10/cifar10.ts'
import { cifar10Classes } from '../../../src/main/data/providers/cifar10/layout.ts'
import { cifar100Provider } from '../../../src/main/data/providers/cifar100/cifar100.ts'
import { fashionMnistProvider } from '../../../src/main/data/providers/fashion-mnist/fashion-mnist.ts'
import { photoProviders } from '../../../src/main/data/providers/imagenette/imagenette.ts'
import type { DatasetProvider } from '../../../src/main/data/providers/provider.ts'
import { readSplit } from '../../../src/main/data/stored/dataset-folder.ts'
import { binaryBatches, tarGzOf, tinySize, writeTree, type Files } from '../../support/cifar-fixtures.ts'
import { expectFailure } from '../../support/expect-failure.ts'
import { idxFiles } from '../../support/idx-files.ts'
import { photos, treePaths, zipOf } from '../../support/image-tree.ts'
import { pickleOf } from '../../support/pickles.ts'
import { temporaryFolder } from '../../support/temporary-folder.ts'

const pixelBytes = 3 * 32 * 32
const small = { train: 120, test: 100 }
const add = (provider: DatasetProvider, from: string | null, root: string) =>
  addDataset(provider.name, from, join(root, 'datasets'), { providers: [provider] })

/** The two files of CIFAR-100's binary version: coarse and fine label, then planes of which each tells image and channel. */
function cifar100Binary(prefix = 'cifar-100-binary/'): Files {
  const files: Files = new Map([[`${prefix}fine_label_names.txt`, Buffer.from(cifar100Classes.join('\n'))]])
  for (const [split, count] of Object.entries(small)) {
    const records = Array.from({ length: count }, (_, image) =>
      Buffer.concat([Buffer.of(image % 20, image % 100), ...[0, 1, 2].map((channel) => Buffer.alloc(1024, (image + 50 * channel) & 255))]),
    )
    files.set(`${prefix}${split}.bin`, Buffer.concat(records))
  }
  return files
}

/** The same images in the Python version. */
function cifar100Python(): Files {
  const files: Files = new Map([['cifar-100-python/meta', pickleOf({ fine_label_names: 'x' })]])
  for (const [split, count] of Object.entries(small)) {
    const records = cifar100Binary('').get(`${split}.bin`)!
    const bytes = Buffer.concat(Array.from({ length: count }, (_, image) => records.subarray(image * 3074 + 2, (image + 1) * 3074)))
    const labels = Array.from({ length: count }, (_, image) => image % 100)
    files.set(
      `cifar-100-python/${split}`,
      pickleOf({ coarse_labels: labels.map((label) => label % 20), fine_labels: labels, data: { shape: [count, pixelBytes], bytes } }),
    )
  }
  return files
}

/** CIFAR-10's binary batches as Python ones. */
function cifar10Python(): Files {
  const files: Files = new Map([['cifar-10-batches-py/batches.meta', pickleOf({ num_cases_per_batch: [20] })]])
  for (const [path, records] of binaryBatches('')) {
    if (!path.endsWith('.bin')) continue
    const images = Array.from({ length: tinySize.batchImages }, (_, image) => records.subarray(image * 3073 + 1, (image + 1) * 3073))
    const labels = Array.from({ length: tinySize.batchImages }, (_, image) => records[image * 3073]!)
    files.set(
      `cifar-10-batches-py/${path.slice(0, -4)}`,
      pickleOf({ labels, data: { shape: [tinySize.batchImages, pixelBytes], bytes: Buffer.concat(images) } }),
    )
  }
  return files
}

describe('CIFAR-10', () => {
  it('gives the same data set from its Python version as from its binary one', async () => {
    const root = await temporaryFolder()
    await writeTree(join(root, 'binary'), binaryBatches())
    await writeTree(join(root, 'python'), cifar10Python())
    const provider = cifar10Provider(tinySize)
    const binary = await add(provider, join(root, 'binary'), join(root, '1'))
    const python = await add(provider, join(root, 'python'), join(root, '2'))
    expect(python.checksum).toBe(binary.checksum)
    await writeFile(join(root, 'in.zip'), zipOf(cifar10Python()))
    expect(await add(provider, join(root, 'in.zip'), join(root, '3'))).toMatchObject({
      checksum: binary.checksum,
      source: expect.stringMatching(/^Archive of Python batches in\.zip/) as string,
    })
    const found = await inspectSource(join(root, 'in.zip'), { images: true, providers: [provider] })
    expect(found).toMatchObject({ form: 'CIFAR-10, Python version', name: 'cifar10', problemCount: 0 })
    expect(found.classes).toMatchObject(cifar10Classes.map((name) => ({ name, train: 10, test: 2 })))
  })

  it('is refused where a batch is no pickle of its images', async () => {
    const root = await temporaryFolder()
    const files = cifar10Python()
    files.set('cifar-10-batches-py/data_batch_3', Buffer.from("cos\nsystem\n(S'true'\ntR."))
    await writeTree(join(root, 'in'), files)
    await expectFailure(
      add(cifar10Provider(tinySize), join(root, 'in'), root),
      'bad-input',
      'data_batch_3: no pickle of images that can be read: it names os.system, which is not run',
    )
    expect(await readdir(join(root, 'datasets'))).toEqual([])
  })
})

describe('CIFAR-100', () => {
  it('is read from its binary and its Python version, folder or archive, with the fine labels', async () => {
    const root = await temporaryFolder()
    const provider = cifar100Provider(small)
    await writeTree(join(root, 'folder'), cifar100Binary())
    await writeFile(join(root, 'in.tgz'), await tarGzOf(cifar100Python()))
    const binary = await add(provider, join(root, 'folder'), join(root, '1'))
    expect(binary).toMatchObject({ title: 'CIFAR-100', classes: cifar100Classes, labelType: 'uint8' })
    const { images, labels } = await readSplit(join(root, '1', 'datasets', 'cifar100'), binary, 'train', { verifyChecksum: true })
    expect([...labels.slice(98, 102)]).toEqual([98, 99, 0, 1])
    expect([...images.subarray(7 * pixelBytes, 7 * pixelBytes + 3)]).toEqual([7, 57, 107])
    expect((await add(provider, join(root, 'in.tgz'), join(root, '2'))).checksum).toBe(binary.checksum)
  })

  it.each<[string, (files: Files) => void, string]>([
    [
      'cut',
      (files) => files.set('cifar-100-binary/train.bin', Buffer.alloc(100)),
      'train.bin: expected 368880 bytes (120 images of 3074), got 100',
    ],
    [
      'without its test images',
      (files) => files.delete('cifar-100-binary/test.bin'),
      "expected train.bin and test.bin of CIFAR-100's binary version",
    ],
    [
      'with a label above 99',
      (files) => files.get('cifar-100-binary/test.bin')!.writeUInt8(100, 3075),
      'offset 3075: label 100 of image 1, expected 0 to 99',
    ],
  ])('is refused %s', async (_, change, message) => {
    const root = await temporaryFolder()
    const files = cifar100Binary()
    change(files)
    await writeTree(join(root, 'in'), files)
    await expectFailure(add(cifar100Provider(small), join(root, 'in'), root), 'bad-input', message)
  })

  it('is called by its name where it is imported under another', async () => {
    const root = await temporaryFolder()
    await writeTree(join(root, 'in'), cifar100Python())
    await expectFailure(
      addDataset('mine', join(root, 'in'), root),
      'bad-input',
      `this is CIFAR-100, Python version, which is known by name: skiplab data add cifar100 --from ${join(root, 'in')}`,
    )
  })
})

describe('a download by name', () => {
  /** Serves files below one address. */
  async function serve(files: Files): Promise<string> {
    const server = createServer((request, response) => {
      const content = files.get((request.url ?? '').slice(1))
      response.writeHead(content ? 200 : 404).end(content)
    })
    await new Promise<void>((ready) => server.listen(0, '127.0.0.1', ready))
    onTestFinished(() => void server.close())
    // An HTTP server's address is never a path.
    return `http://127.0.0.1:${(server.address() as AddressInfo).port}/`
  }
  const md5 = (bytes: Buffer) => createHash('md5').update(bytes).digest('hex')

  it('fetches the four files of Fashion-MNIST and keeps only the data set', async () => {
    const root = await temporaryFolder()
    const files = idxFiles({ train: 20, t10k: 10 }, true)
    const sums = Object.fromEntries([...files].map(([name, content]) => [name, md5(content)]))
    expect((await add(fashionMnistProvider(await serve(files), sums), null, root)).splits.train.count).toBe(20)
    expect(await readdir(join(root, 'datasets'))).toEqual(['fashion-mnist'])
  })

  it('fetches two data sets at once, of which none takes the other’s files', async () => {
    const root = await temporaryFolder()
    const clothes = idxFiles({ train: 20, t10k: 10 }, true)
    const sums = Object.fromEntries([...clothes].map(([name, content]) => [name, md5(content)]))
    const hundred = await tarGzOf(cifar100Binary())
    const address = await serve(new Map([...clothes, ['hundred.tgz', hundred]]))
    const hundredProvider = cifar100Provider(small, { url: `${address}hundred.tgz`, md5: md5(hundred), fileName: 'hundred.tgz' })
    const added = await Promise.all([add(fashionMnistProvider(address, sums), null, root), add(hundredProvider, null, root)])
    expect(added.map(({ splits }) => splits.test.count)).toEqual([10, 100])
    expect((await readdir(join(root, 'datasets'))).sort()).toEqual(['cifar100', 'fashion-mnist'])
  })

  it('fetches CIFAR-100, and an archive of photographs, which has 64 pixels unless another size is asked for', async () => {
    const root = await temporaryFolder()
    const hundred = await tarGzOf(cifar100Binary())
    const tree = await photos(treePaths(['n01440764', 'n02102040'], { train: 2, val: 1 }))
    const nette = await tarGzOf(new Map([...tree].map(([path, image]) => [`imagenette2-160/${path}`, image])))
    const address = await serve(
      new Map([
        ['hundred.tgz', hundred],
        ['nette.tgz', nette],
      ]),
    )
    const hundredProvider = cifar100Provider(small, { url: `${address}hundred.tgz`, md5: md5(hundred), fileName: 'hundred.tgz' })
    expect((await add(hundredProvider, null, root)).splits.test.count).toBe(100)
    const [photo] = photoProviders([{ name: 'imagenette-160', title: 'Imagenette, 160 px', url: `${address}nette.tgz`, md5: md5(nette) }])
    expect(await add(photo!, null, root)).toMatchObject({
      title: 'Imagenette, 160 px',
      image: { height: 64, width: 64 },
      notes: [expect.stringContaining('val serves as test'), expect.stringContaining('enlarged')] as string[],
    })
    const keep = await addDataset('nette-kept', null, join(root, 'datasets'), {
      providers: [photo!],
      importOptions: { size: 'keep' },
      known: 'imagenette-160',
    })
    expect(keep.image.size).toBe('varied')
    expect((await readdir(join(root, 'datasets'))).sort()).toEqual(['cifar100', 'imagenette-160', 'nette-kept'])
  })
})
