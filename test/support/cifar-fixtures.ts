import { execFileSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { mkdir, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { buffer } from 'node:stream/consumers'
import { gzipSync } from 'node:zlib'
import sharp from 'sharp'
import { pack } from 'tar-stream'
import { cifar10Classes, recordBytes, type Cifar10Size } from '../../src/main/data/providers/cifar10/layout.ts'
import { Random } from '../../src/common/training/random.ts'

/** CIFAR-10 with two images a batch, two training images and one test image a class. */
export const tinySize: Cifar10Size = { batchImages: 20, trainPerClass: 2, testPerClass: 1 }

export type Files = Map<string, Buffer>

/** Batches of the official binary form: random pixels, labels taking turns. */
export function binaryBatches(prefix = 'cifar-10-batches-bin/'): Files {
  const random = new Random(1)
  const files: Files = new Map([[`${prefix}batches.meta.txt`, Buffer.from(cifar10Classes.join('\n'))]])
  for (const name of ['data_batch_1', 'data_batch_2', 'data_batch_3', 'data_batch_4', 'data_batch_5', 'test_batch']) {
    const bytes = Buffer.from(Array.from({ length: tinySize.batchImages * recordBytes }, () => random.below(256)))
    for (let image = 0; image < tinySize.batchImages; image++) bytes[image * recordBytes] = image % 10
    files.set(`${prefix}${name}.bin`, bytes)
  }
  return files
}

/** Colour of the whole image at a path of {@link imageTree}: tells images apart after a lossless round trip. */
export const colorAt = (path: string): [number, number, number] => {
  const digest = createHash('md5').update(path).digest()
  return [digest[0]!, digest[1]!, digest[2]!]
}

/** train/<class>/NN.png and test/<class>/NN.png, each of one colour. */
export async function imageTree(prefix = '', format: 'png' | 'jpeg' = 'png'): Promise<Files> {
  const files: Files = new Map()
  for (const [split, count] of [
    ['train', tinySize.trainPerClass],
    ['test', tinySize.testPerClass],
  ] as const) {
    for (const name of cifar10Classes) {
      for (let index = 0; index < count; index++) {
        const path = `${split}/${name}/${index}.${format === 'png' ? 'png' : 'jpg'}`
        files.set(prefix + path, await plainImage(path, format))
      }
    }
  }
  return files
}

export async function plainImage(path: string, format: 'png' | 'jpeg' = 'png', side = 32): Promise<Buffer> {
  const [r, g, b] = colorAt(path)
  return sharp({ create: { width: side, height: side, channels: 3, background: { r, g, b } } })
    .toFormat(format)
    .toBuffer()
}

export interface TarEntry {
  name: string
  content?: Buffer
  type?: 'file' | 'directory' | 'symlink' | 'link' | 'character-device' | 'fifo'
  linkname?: string
}

export async function tarOf(entries: Files | readonly TarEntry[]): Promise<Buffer> {
  const list = entries instanceof Map ? [...entries].map(([name, content]): TarEntry => ({ name, content })) : entries
  const archive = pack()
  for (const { name, content, type, linkname } of list)
    archive.entry({ name, type: type ?? 'file', ...(linkname ? { linkname } : {}) }, content ?? Buffer.alloc(0))
  archive.finalize()
  return buffer(archive)
}

export const tarGzOf = async (entries: Files | readonly TarEntry[]) => gzipSync(await tarOf(entries))

export async function writeTree(folder: string, files: Files): Promise<void> {
  for (const [path, content] of files) {
    await mkdir(dirname(join(folder, path)), { recursive: true })
    await writeFile(join(folder, path), content)
  }
}

/** xz by Python, which building the native runtime needs anyway. @param options of lzma.compress, as Python */
export const xzOf = (content: Buffer, options = ''): Buffer =>
  execFileSync('python3', ['-c', `import lzma,sys; sys.stdout.buffer.write(lzma.compress(sys.stdin.buffer.read(), ${options}))`], {
    input: content,
    maxBuffer: 2 ** 30,
  })
