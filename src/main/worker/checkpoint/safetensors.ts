import { elements } from '../../../common/network/kinds/shape.ts'

/** A safetensors file of fp32 arrays: https://github.com/huggingface/safetensors#format, readable from PyTorch and NumPy. */
export interface TensorFile {
  readonly tensors: ReadonlyMap<string, { readonly shape: readonly number[]; readonly values: Float32Array }>
  /** Free text under `__metadata__`. */
  readonly metadata: Readonly<Record<string, string>>
}

const maximumHeaderBytes = 16 * 1024 * 1024

/** Encodes arrays. @returns the file's bytes: u64 header length, JSON header padded to 8 bytes, little-endian values */
export function encodeTensorFile(file: TensorFile): Buffer {
  const header: Record<string, unknown> = { __metadata__: file.metadata }
  let offset = 0
  for (const [name, { shape, values }] of file.tensors) {
    header[name] = { dtype: 'F32', shape, data_offsets: [offset, offset + values.byteLength] }
    offset += values.byteLength
  }
  const text = Buffer.from(JSON.stringify(header))
  const headerBytes = Math.ceil(text.length / 8) * 8
  const bytes = Buffer.alloc(8 + headerBytes + offset, 0x20)
  bytes.writeBigUInt64LE(BigInt(headerBytes), 0)
  text.copy(bytes, 8)
  let position = 8 + headerBytes
  for (const { values } of file.tensors.values()) {
    bytes.set(new Uint8Array(values.buffer, values.byteOffset, values.byteLength), position)
    position += values.byteLength
  }
  return bytes
}

/** Decodes arrays. @throws Error saying what is wrong when the bytes are not a whole safetensors file of fp32 arrays */
export function decodeTensorFile(bytes: Buffer): TensorFile {
  if (bytes.length < 8) throw new Error(`expected a safetensors header, got ${bytes.length} bytes`)
  const headerBytes = Number(bytes.readBigUInt64LE(0))
  if (headerBytes > maximumHeaderBytes || 8 + headerBytes > bytes.length)
    throw new Error(`header says ${headerBytes} bytes, file has ${bytes.length}`)
  const header: unknown = JSON.parse(bytes.toString('utf8', 8, 8 + headerBytes))
  if (!isRecord(header)) throw new Error('header is not an object')
  const tensors = new Map<string, { shape: number[]; values: Float32Array }>()
  const start = 8 + headerBytes
  let metadata: Record<string, string> = {}
  for (const [name, entry] of Object.entries(header)) {
    if (!isRecord(entry)) throw new Error(`entry ${name} is not an object`)
    if (name === '__metadata__') {
      metadata = Object.fromEntries(Object.entries(entry).map(([key, value]) => [key, String(value)]))
      continue
    }
    tensors.set(name, tensorEntry(name, entry, bytes, start))
  }
  return { tensors, metadata }
}

function tensorEntry(name: string, entry: Record<string, unknown>, bytes: Buffer, start: number) {
  const { dtype, shape, data_offsets: offsets } = entry
  if (dtype !== 'F32') throw new Error(`${name} has type ${String(dtype)}, expected F32`)
  if (!isSizes(shape) || !isSizes(offsets) || offsets.length !== 2) throw new Error(`${name} has no valid shape and offsets`)
  const [first, last] = offsets as [number, number]
  const length = elements(shape) * 4
  if (last - first !== length || start + last > bytes.length) {
    throw new Error(`${name} wants bytes ${first} to ${last} for shape ${shape.join('x')}; the file has ${bytes.length - start}`)
  }
  // A copy: the values need not lie on a 4-byte boundary.
  return { shape, values: new Float32Array(new Uint8Array(bytes.subarray(start + first, start + last)).buffer) }
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function isSizes(value: unknown): value is number[] {
  return Array.isArray(value) && value.every((size) => Number.isSafeInteger(size) && (size as number) >= 0)
}
