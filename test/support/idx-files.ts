import { gzipSync } from 'node:zlib'
import type { Files } from './cifar-fixtures.ts'

/** The four files of MNIST with few images of 28x28: labels take turns, the pixels of image n count up from n. */
export function idxFiles(counts: { readonly train: number; readonly t10k: number }, gzipped = false): Files {
  const files: Files = new Map()
  for (const [split, count] of Object.entries(counts)) {
    const images = Buffer.from(Array.from({ length: count * 784 }, (_, at) => (Math.floor(at / 784) + (at % 784)) & 255))
    const labels = Buffer.from(Array.from({ length: count }, (_, image) => image % 10))
    files.set(`${split}-images-idx3-ubyte`, Buffer.concat([head(count, 28, 28), images]))
    files.set(`${split}-labels-idx1-ubyte`, Buffer.concat([head(count), labels]))
  }
  return gzipped ? new Map([...files].map(([name, content]) => [`${name}.gz`, gzipSync(content)])) : files
}

function head(...shape: number[]): Buffer {
  const bytes = Buffer.alloc(4 + 4 * shape.length)
  bytes[2] = 8
  bytes[3] = shape.length
  shape.forEach((side, at) => bytes.writeUInt32BE(side, 4 + 4 * at))
  return bytes
}
