import { existsSync } from 'node:fs'
import { basename } from 'node:path'
import { BufferBytes, ByteSource, WeightsRefusal } from '../source/byte-source.ts'
import type { WeightFile } from '../source/weight-file.ts'
import { type ProtobufField, ProtobufReader } from '../source/protobuf.ts'
import { arrayBytes, type NumberType, type StoredTensor, toFloats } from '../source/stored-tensor.ts'
import { maskedCrc32c } from './crc32c.ts'
import { tableEntries } from './table.ts'

/** Numbers of fields in tensor_bundle.proto and tensor_shape.proto. */
const header = { shards: 1, endianness: 2 }
const entry = { type: 1, shape: 2, shard: 3, offset: 4, size: 5, sum: 6, slices: 7 }
const shape = { dimension: 2, size: 1 }

/** DataType of types.proto. */
const types: Readonly<Record<number, NumberType>> = {
  ...{ 1: 'float32', 2: 'float64', 3: 'int32', 4: 'uint8', 5: 'int16', 6: 'int8', 9: 'int64', 10: 'bool', 14: 'bfloat16', 19: 'float16' },
}

/** What stands beside weights: counters and the training's own state, by the first part of the name and by the last. */
const besideFirst = new Set(['optimizer', 'save_counter', '_CHECKPOINTABLE_OBJECT_GRAPH', 'global_step'])
const besideLast = /^(?:Momentum|Adam(?:_\d+)?|RMSProp(?:_\d+)?|ExponentialMovingAverage)$/
const suffix = '/.ATTRIBUTES/VARIABLE_VALUE'
const natural = new Intl.Collator('en', { numeric: true })
const mostShards = 1000

/**
 * Reads a checkpoint of TensorFlow: the list of its arrays (`.index`), and their numbers in the files beside it. Arrays are named by layer
 * and what they are there, as those of Keras: `layer_with_weights-3/kernel`; in the order of the layers' numbers.
 * @param path of the list
 */
export function readTensorFlowCheckpoint(source: ByteSource, path: string): Pick<WeightFile, 'tensors' | 'close'> {
  const open: ByteSource[] = []
  const close = () => {
    for (const shard of open) shard.close()
  }
  try {
    const entries = tableEntries(source)
    const first = entries.find(({ key }) => key === '')
    if (!first) throw new WeightsRefusal('it is a table without the header of a checkpoint of TensorFlow')
    const { count, bigEndian } = headerOf(first.value)
    const shard = shardsOf(path, count, open)
    const named = entries.filter(({ key }) => key !== '' && !isBeside(key)).sort((a, b) => natural.compare(a.key, b.key))
    const tensors = named.flatMap(({ key, value }) => tensorOf(nameOf(key), value, shard, bigEndian) ?? [])
    if (tensors.length === 0) throw new WeightsRefusal('it names no arrays of layers; expected a checkpoint of TensorFlow with weights')
    return { tensors, close }
  } catch (error) {
    close()
    if (error instanceof RangeError) throw new WeightsRefusal('it is damaged: a number in it leads nowhere')
    throw error
  }
}

function isBeside(key: string): boolean {
  const parts = key.split('/')
  return besideFirst.has(parts[0]!) || parts.includes('.OPTIMIZER_SLOT') || besideLast.test(parts.at(-1)!)
}

function headerOf(value: Buffer): { count: number; bigEndian: boolean } {
  const fields = fieldsOf(value)
  const count = Number(fields.find(({ number }) => number === header.shards)?.value ?? 1n)
  if (count < 1 || count > mostShards) throw new WeightsRefusal(`it tells of ${count} files of numbers; expected 1 to ${mostShards}`)
  return { count, bigEndian: fields.some(({ number, value: order }) => number === header.endianness && order === 1n) }
}

/** Opens files of numbers when an array of theirs is met. */
function shardsOf(path: string, count: number, open: ByteSource[]): (index: number) => ByteSource {
  const known = new Map<number, ByteSource>()
  return (index) => {
    const opened = known.get(index)
    if (opened) return opened
    const digits = (value: number) => String(value).padStart(5, '0')
    const file = `${path.replace(/\.index$/, '')}.data-${digits(index)}-of-${digits(count)}`
    if (index >= count || !existsSync(file)) throw new WeightsRefusal(`its numbers are in ${basename(file)}, which is not beside it`)
    const shard = new ByteSource(file)
    open.push(shard)
    known.set(index, shard)
    return shard
  }
}

/** Of objects: their path; of variables of TensorFlow 1: their name. */
function nameOf(key: string): string {
  const parts = (key.endsWith(suffix) ? key.slice(0, -suffix.length) : key).split('/')
  const leaf = parts.at(-1)!
  return `${parts.slice(0, -1).join('.')}/${{ weights: 'kernel', biases: 'bias' }[leaf] ?? leaf}`
}

/** @returns null for what is no array of numbers */
function tensorOf(name: string, value: Buffer, shardAt: (index: number) => ByteSource, bigEndian: boolean): StoredTensor | null {
  const fields = fieldsOf(value)
  const numberOf = (number: number) => Number(fields.findLast((field) => field.number === number)?.value ?? 0n)
  const type = types[numberOf(entry.type)]
  if (type === undefined) return null
  if (fields.some(({ number }) => number === entry.slices)) throw new WeightsRefusal(`${JSON.stringify(name)} is cut up, which is not read`)
  const sides = fields.filter(({ number }) => number === entry.shape).flatMap((field) => sidesOf(value, field))
  const length = arrayBytes(name, type, sides)
  const [offset, size, sum] = [numberOf(entry.offset), numberOf(entry.size), numberOf(entry.sum)]
  if (size !== length) throw new WeightsRefusal(`${JSON.stringify(name)} holds ${size} bytes; its shape takes ${length}`)
  const shard = shardAt(numberOf(entry.shard))
  shard.require(offset, length)
  return {
    ...{ name, type, shape: sides },
    values() {
      const bytes = shard.read(offset, length)
      if (maskedCrc32c(bytes) !== sum) throw new WeightsRefusal(`${JSON.stringify(name)} is damaged: its check sum is another`)
      return toFloats(bytes, type, bigEndian)
    },
  }
}

function sidesOf(value: Buffer, { start, length }: ProtobufField): number[] {
  const whole = value.subarray(start, start + length)
  return fieldsOf(whole)
    .filter(({ number }) => number === shape.dimension)
    .map((dimension) => {
      const sides = fieldsOf(whole.subarray(dimension.start, dimension.start + dimension.length))
      return Number(BigInt.asIntN(64, sides.find(({ number }) => number === shape.size)?.value ?? 0n))
    })
}

function fieldsOf(value: Buffer): ProtobufField[] {
  return [...new ProtobufReader(new BufferBytes(value)).fields(0, value.length)]
}
