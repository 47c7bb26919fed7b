import { type FileTensor, protobuf } from './weight-files.ts'

/** Checkpoints of TensorFlow, byte by byte, independent of the program's reader: the list, and the numbers in one file beside it. */
export function tensorFlowCheckpoint(tensors: readonly FileTensor[]): { index: Buffer; data: Buffer } {
  const parts: Buffer[] = []
  let at = 0
  const entries = [...tensors]
    .sort((a, b) => (a.name < b.name ? -1 : 1))
    .map(({ name, shape, values }): [string, Buffer] => {
      const bytes = Buffer.from(values.buffer, values.byteOffset, values.byteLength)
      const dimensions = protobuf(shape.map((side) => [2, protobuf([[1, side]])] as const))
      const facts = protobuf([
        ...([
          [1, 1],
          [2, dimensions],
        ] as const),
        ...(at > 0 ? [[4, at] as const] : []),
        [5, bytes.length],
      ])
      parts.push(bytes)
      at += bytes.length
      return [name, Buffer.concat([facts, Buffer.of(6 * 8 + 5), u32(masked(bytes))])]
    })
  const header = protobuf([
    [1, 1],
    [3, protobuf([[1, 1]])],
  ])
  return { index: table([['', header], ...entries]), data: Buffer.concat(parts) }
}

/** A table of LevelDB: a block of entries, an empty one of others, one that tells where blocks are, and the footer. */
export function table(entries: readonly (readonly [key: string, value: Buffer])[]): Buffer {
  const parts: Buffer[] = []
  let end = 0
  const put = (block: Buffer): Buffer => {
    const whole = Buffer.concat([block, Buffer.of(0)])
    parts.push(whole, u32(masked(whole)))
    const handle = Buffer.concat([varint(end), varint(block.length)])
    end += whole.length + 4
    return handle
  }
  const content = put(blockOf(entries))
  const others = put(blockOf([]))
  const index = put(blockOf([['\x7f', content]]))
  const handles = Buffer.concat([others, index])
  const magic = Buffer.from('57fb808b247547db', 'hex')
  return Buffer.concat([...parts, handles, Buffer.alloc(40 - handles.length), magic])
}

/** Keys share their beginning with the one before. */
function blockOf(entries: readonly (readonly [key: string, value: Buffer])[]): Buffer {
  let before = ''
  const parts = entries.map(([key, value]) => {
    let shared = 0
    while (shared < before.length && before[shared] === key[shared]) shared++
    before = key
    const own = Buffer.from(key.slice(shared))
    return Buffer.concat([varint(shared), varint(own.length), varint(value.length), own, value])
  })
  return Buffer.concat([...parts, u32(0), u32(1)])
}

function varint(value: number): Buffer {
  return value < 128 ? Buffer.of(value) : Buffer.concat([Buffer.of((value % 128) + 128), varint(Math.floor(value / 128))])
}

function u32(value: number): Buffer {
  const bytes = Buffer.alloc(4)
  bytes.writeUInt32LE(value)
  return bytes
}

/** CRC-32C bit by bit, as TensorFlow moves it. */
function masked(bytes: Buffer): number {
  let sum = 0xffffffff
  for (const byte of bytes) {
    sum ^= byte
    for (let bit = 0; bit < 8; bit++) sum = (sum >>> 1) ^ (sum & 1 ? 0x82f63b78 : 0)
  }
  const whole = ~sum >>> 0
  return (((whole >>> 15) | (whole << 17)) + 0xa282ead8) >>> 0
}
