import { elements } from '../../../../common/network/kinds/shape.ts'
import { WeightsRefusal } from '../source/byte-source.ts'
import type { NumberType } from '../source/stored-tensor.ts'
import { addressIn, type HeaderMessage } from './hdf5-file.ts'

/** What the items of an array are. */
export type Hdf5Type =
  | { readonly kind: 'number'; readonly type: NumberType; readonly bigEndian: boolean; readonly itemBytes: number }
  /** Texts of so many bytes each, or each in a heap. */
  | { readonly kind: 'text' | 'heap-text'; readonly itemBytes: number }
  | { readonly kind: 'other'; readonly words: string; readonly itemBytes: number }

const classes = { integer: 0, float: 1, text: 3, opaque: 5, sequence: 9 } as const
const integers: Readonly<Record<string, NumberType>> = { s1: 'int8', s2: 'int16', s4: 'int32', s8: 'int64', u1: 'uint8' }
/** By bytes and bits of the exponent. */
const floats: Readonly<Record<string, NumberType>> = { '2 5': 'float16', '2 8': 'bfloat16', '4 8': 'float32', '8 11': 'float64' }

export function typeOf({ body, isShared }: Pick<HeaderMessage, 'body' | 'isShared'>): Hdf5Type {
  if (isShared) return { kind: 'other', words: 'a type that another object names', itemBytes: 0 }
  const kind = body[0]! & 15
  const bits = body[1]!
  const itemBytes = body.readUInt32LE(4)
  const bigEndian = (bits & 1) !== 0
  if (kind === classes.integer || kind === classes.float) {
    const type = kind === classes.integer ? integers[`${bits & 8 ? 's' : 'u'}${itemBytes}`] : floats[`${itemBytes} ${body[13]}`]
    if (type) return { kind: 'number', type, bigEndian, itemBytes }
  }
  if (kind === classes.text) return { kind: 'text', itemBytes }
  if (kind === classes.sequence && (bits & 15) === 1) return { kind: 'heap-text', itemBytes }
  // NumPy has no bf16 of its own: Keras stores its two bytes.
  if (kind === classes.opaque && itemBytes === 2) return { kind: 'number', type: 'bfloat16', bigEndian: false, itemBytes }
  return { kind: 'other', words: `class ${kind}, ${itemBytes} bytes`, itemBytes }
}

/** Sides of an array; [] of a single item. */
export function shapeOf(body: Buffer): number[] {
  const version = body[0]!
  const rank = body[1]!
  if (version !== 1 && version !== 2) throw new WeightsRefusal(`it is damaged: a shape of version ${version}`)
  if (rank > 8) throw new WeightsRefusal(`it is damaged: an array of ${rank} axes`)
  const start = version === 1 ? 8 : 4
  return Array.from({ length: rank }, (_, axis) => addressIn(body, start + 8 * axis))
}

/** The items of an attribute whose bytes are these. */
export function itemsOf(bytes: Buffer, shape: readonly number[], { itemBytes }: Hdf5Type): Buffer[] {
  const count = elements(shape)
  if (!Number.isSafeInteger(count) || itemBytes === 0 || count * itemBytes > bytes.length)
    throw new WeightsRefusal('it is damaged: an attribute that is longer than its header')
  return Array.from({ length: count }, (_, index) => bytes.subarray(index * itemBytes, (index + 1) * itemBytes))
}
