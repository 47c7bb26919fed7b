import { type ByteSource, WeightsRefusal } from './source/byte-source.ts'
import type { WeightFile } from './source/weight-file.ts'
import { type ProtobufField, ProtobufReader } from './source/protobuf.ts'
import { arrayBytes, itemBytes, type NumberType, type StoredTensor, toFloats } from './source/stored-tensor.ts'

/** Numbers of fields in onnx.proto: ModelProto, GraphProto, TensorProto. */
const model = { graph: 7, metadata: 14 }
const graph = { initializer: 5 }
const tensor = { dims: 1, type: 2, floats: 4, int32s: 5, int64s: 7, name: 8, raw: 9, doubles: 10, external: 13, location: 14 }

/** TensorProto.DataType. */
const types: Readonly<Record<number, NumberType>> = {
  1: 'float32',
  2: 'uint8',
  3: 'int8',
  5: 'int16',
  6: 'int32',
  7: 'int64',
  9: 'bool',
  10: 'float16',
  11: 'float64',
  16: 'bfloat16',
}

/** Reads the initialisers of an ONNX model; its nodes are not looked at. */
export function readOnnx(source: ByteSource): Pick<WeightFile, 'tensors' | 'metadata'> {
  const reader = new ProtobufReader(source)
  const tensors: StoredTensor[] = []
  const metadata: Record<string, string> = {}
  for (const field of reader.fields(0, source.size)) {
    if (field.number === model.metadata && field.length > 0) Object.assign(metadata, pairOf(reader, field))
    if (field.number !== model.graph || field.length === 0) continue
    for (const inner of reader.fields(field.start, field.length)) {
      if (inner.number !== graph.initializer || inner.length === 0) continue
      const initializer = initializerOf(source, reader, inner)
      if (initializer) tensors.push(initializer)
    }
  }
  if (tensors.length === 0) throw new WeightsRefusal('it holds no initialisers; expected an ONNX model with its weights')
  return { tensors, metadata }
}

/** StringStringEntryProto: key 1, value 2. */
function pairOf(reader: ProtobufReader, { start, length }: ProtobufField): Record<string, string> {
  const texts = new Map<number, string>()
  for (const field of reader.fields(start, length)) texts.set(field.number, reader.text(field, 10_000))
  return { [texts.get(1) ?? '']: texts.get(2) ?? '' }
}

/** @returns null for texts and for types that no weights have */
function initializerOf(source: ByteSource, reader: ProtobufReader, { start, length }: ProtobufField): StoredTensor | null {
  const fields = [...reader.fields(start, length)]
  const last = (number: number) => fields.findLast((field) => field.number === number)
  const nameField = last(tensor.name)
  const name = nameField ? reader.text(nameField, 1000) : ''
  if (fields.some(({ number, value }) => number === tensor.external || (number === tensor.location && value === 1n)))
    throw new WeightsRefusal(
      `the numbers of ${JSON.stringify(name)} are in another file (external data), which is not read; expected a model in one file: in ` +
        'Python, onnx.save(onnx.load(file), file, save_as_external_data=False)',
    )
  const type = types[Number(last(tensor.type)?.value ?? 0n)]
  if (type === undefined) return null
  const shape = fields
    .filter(({ number, length: packed }) => number === tensor.dims && packed < 100)
    .flatMap((field) => (field.length > 0 ? [...reader.varints(field)] : [field.value]).map(Number))
  const bytes = arrayBytes(name, type, shape)
  const raw = last(tensor.raw)
  if (raw) {
    if (raw.length !== bytes)
      throw new WeightsRefusal(`${JSON.stringify(name)} holds ${raw.length} bytes; its shape [${shape.join(', ')}] takes ${bytes}`)
    return { name, type, shape, values: () => toFloats(source.read(raw.start, bytes), type) }
  }
  return { name, type, shape, values: () => listed(source, reader, fields, name, type, bytes / itemBytes(type)) }
}

/** Numbers that stand in a field of their type; packed, as protobuf 3 writes them. */
function listed(
  source: ByteSource,
  reader: ProtobufReader,
  fields: readonly ProtobufField[],
  name: string,
  type: NumberType,
  count: number,
): Float32Array {
  const number = { float32: tensor.floats, float64: tensor.doubles, int64: tensor.int64s }[type as string] ?? tensor.int32s
  const packed = fields.filter((field) => field.number === number && field.length > 0)
  // A number takes ten bytes at most.
  if (packed.some(({ length }) => length > count * 10)) throw new WeightsRefusal(`${JSON.stringify(name)} holds more than its shape takes`)
  const parts = packed.map((field) => {
    if (type === 'float32' || type === 'float64') return toFloats(wholeItems(source, field, type), type)
    const whole = Array.from(reader.varints(field), (value) => Number(BigInt.asIntN(64, value)))
    // Halves stand as their 16 bits in whole numbers.
    return type === 'float16' || type === 'bfloat16'
      ? toFloats(Buffer.from(Uint16Array.from(whole).buffer), type)
      : Float32Array.from(whole)
  })
  const got = parts.reduce((sum, part) => sum + part.length, 0)
  if (got !== count) throw new WeightsRefusal(`${JSON.stringify(name)} holds ${got} numbers; its shape takes ${count}`)
  const values = new Float32Array(count)
  let at = 0
  for (const part of parts) {
    values.set(part, at)
    at += part.length
  }
  return values
}

function wholeItems(source: ByteSource, { start, length }: ProtobufField, type: NumberType): Buffer {
  if (length % itemBytes(type) !== 0) throw new WeightsRefusal(`it is damaged at byte ${start}: ${length} bytes of ${type}`)
  return source.read(start, length)
}
