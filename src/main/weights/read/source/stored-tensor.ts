import { elements } from '../../../../common/network/kinds/shape.ts'
import { WeightsRefusal } from './byte-source.ts'

/** Types of numbers that files of weights hold; each is widened to fp32, or narrowed from 64 bits. */
export const numberTypes = ['float32', 'float16', 'bfloat16', 'float64', 'int64', 'int32', 'int16', 'int8', 'uint8', 'bool'] as const
export type NumberType = (typeof numberTypes)[number]

/** A named array of a file. */
export interface StoredTensor {
  readonly name: string
  readonly type: NumberType
  readonly shape: readonly number[]
  /** Reads the numbers, in the order of C. @throws WeightsRefusal where they are damaged */
  readonly values: () => Float32Array
}

const bytesOf: Readonly<Record<NumberType, number>> = {
  float32: 4,
  float16: 2,
  bfloat16: 2,
  float64: 8,
  int64: 8,
  int32: 4,
  int16: 2,
  int8: 1,
  uint8: 1,
  bool: 1,
}

/** Bytes of one number. */
export const itemBytes = (type: NumberType): number => bytesOf[type]

/** Bytes of an array. @throws WeightsRefusal where it is larger than any file */
export function arrayBytes(name: string, type: NumberType, shape: readonly number[]): number {
  const bytes = elements(shape) * bytesOf[type]
  if (shape.length <= 8 && shape.every((side) => Number.isSafeInteger(side) && side >= 0) && Number.isSafeInteger(bytes)) return bytes
  throw new WeightsRefusal(`the shape of ${name} is none: [${shape.slice(0, 8).join(', ')}]`)
}

/** Takes numbers as fp32. fp16, bf16 and small integers are exact; 64 bits are rounded. */
export function toFloats(bytes: Buffer, type: NumberType, bigEndian = false): Float32Array {
  const count = bytes.length / bytesOf[type]
  if (type === 'float32' && !bigEndian && bytes.byteOffset % 4 === 0) return new Float32Array(bytes.buffer, bytes.byteOffset, count)
  // A copy: it need not lie on a boundary, and it may have to be swapped.
  const own = Buffer.from(bytes)
  if (bigEndian && bytesOf[type] === 2) own.swap16()
  if (bigEndian && bytesOf[type] === 4) own.swap32()
  if (bigEndian && bytesOf[type] === 8) own.swap64()
  const { buffer, byteOffset } = aligned(own)
  switch (type) {
    case 'float32':
      return new Float32Array(buffer, byteOffset, count)
    case 'float64':
      return Float32Array.from(new Float64Array(buffer, byteOffset, count))
    case 'float16':
      return Float32Array.from(new Uint16Array(buffer, byteOffset, count), halfToFloat)
    case 'bfloat16': {
      const bits = Uint32Array.from(new Uint16Array(buffer, byteOffset, count), (half) => half << 16)
      return new Float32Array(bits.buffer)
    }
    case 'int64':
      return Float32Array.from(new BigInt64Array(buffer, byteOffset, count), Number)
    case 'int32':
      return Float32Array.from(new Int32Array(buffer, byteOffset, count))
    case 'int16':
      return Float32Array.from(new Int16Array(buffer, byteOffset, count))
    case 'int8':
      return Float32Array.from(new Int8Array(buffer, byteOffset, count))
    case 'uint8':
    case 'bool':
      return Float32Array.from(own)
  }
}

/** Small buffers share a pool and may begin anywhere. */
function aligned(bytes: Buffer): { buffer: ArrayBufferLike; byteOffset: number } {
  return bytes.byteOffset % 8 === 0 ? bytes : { buffer: new Uint8Array(bytes).buffer, byteOffset: 0 }
}

/** A number of IEEE 754's binary16: 1 bit of sign, 5 of exponent, 10 of fraction. */
function halfToFloat(bits: number): number {
  const sign = bits & 0x8000 ? -1 : 1
  const exponent = (bits >> 10) & 0x1f
  const fraction = bits & 0x3ff
  if (exponent === 0) return sign * fraction * 2 ** -24
  if (exponent === 0x1f) return fraction === 0 ? sign * Infinity : NaN
  return sign * (1 + fraction / 1024) * 2 ** (exponent - 15)
}
