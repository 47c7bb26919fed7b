import { open, rename } from 'node:fs/promises'
import type { ImageIndex } from './image-index.ts'

/** Bytes gathered before they are written. */
const writtenAtOnce = 4 * 2 ** 20

/**
 * Puts images of varied size into the order of their places, which decoding side by side has mixed up: so equal images give equal
 * files, and are read one after the other. Changes the offsets of the index with them; does nothing where they are in order.
 * @param path of the images' file; nobody has it open for writing any more
 */
export async function orderImages(path: string, { offsets, lengths }: ImageIndex): Promise<void> {
  if (offsets.every((offset, image) => image === 0 || offsets[image - 1]! < offset)) return
  const from = await open(path, 'r')
  const ordered = `${path}.ordered`
  const to = await open(ordered, 'wx')
  try {
    let gathered: Buffer[] = []
    let [waiting, end] = [0, 0]
    for (let image = 0; image < offsets.length; image++) {
      const bytes = Buffer.alloc(lengths[image]!)
      await from.read(bytes, 0, bytes.length, offsets[image])
      gathered.push(bytes)
      waiting += bytes.length
      offsets[image] = end
      end += bytes.length
      if (waiting < writtenAtOnce && image < offsets.length - 1) continue
      await to.writeFile(Buffer.concat(gathered))
      ;[gathered, waiting] = [[], 0]
    }
    await to.sync()
  } finally {
    await from.close()
    await to.close()
  }
  await rename(ordered, path)
}
