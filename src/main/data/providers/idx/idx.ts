import { gunzipSync } from 'node:zlib'
import { messageOf } from '../../../../common/caught.ts'
import { SkiplabError } from '../../../../common/failure.ts'

const typeOfBytes = 0x08
/** More than any data set of small images has. */
const mostBytes = 2 ** 31

/**
 * An IDX file (the format of MNIST) of bytes, plain or gzipped: two zero bytes, a type, the number of dimensions, the sizes big-endian.
 * @param dimensions that it must have: 3 for images [count, height, width], 1 for labels [count]
 * @throws SkiplabError bad-input naming the file and the offset
 */
export function readIdx(content: Buffer, dimensions: number, where: string): { shape: number[]; bytes: Buffer } {
  const refuse = (offset: number, what: string) => new SkiplabError('bad-input', `${where}, offset ${offset}: ${what}.`)
  const file = content[0] === 0x1f && content[1] === 0x8b ? unzip(content, where) : content
  const head = 4 + 4 * dimensions
  if (file.length < head) throw refuse(file.length, `an IDX file of ${dimensions} dimensions has a head of ${head} bytes; it ends here`)
  if (file[0] !== 0 || file[1] !== 0 || file[2] !== typeOfBytes || file[3] !== dimensions)
    throw refuse(0, `expected 000008${String(dimensions).padStart(2, '0')} of an IDX file of bytes, got ${file.toString('hex', 0, 4)}`)
  const shape = Array.from({ length: dimensions }, (_, at) => file.readUInt32BE(4 + 4 * at))
  const expected = head + shape.reduce((product, side) => product * side, 1)
  if (file.length !== expected)
    throw refuse(Math.min(file.length, expected), `expected ${expected} bytes for ${shape.join(' x ')}, got ${file.length}`)
  return { shape, bytes: file.subarray(head) }
}

function unzip(content: Buffer, where: string): Buffer {
  try {
    return gunzipSync(content, { maxOutputLength: mostBytes })
  } catch (error) {
    throw new SkiplabError('bad-input', `${where}: truncated or damaged gzip of ${content.length} bytes (${messageOf(error)}).`)
  }
}
