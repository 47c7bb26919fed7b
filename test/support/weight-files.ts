import { crc32 } from 'node:zlib'

/** Files of weights as PyTorch, safetensors and ONNX write them, byte by byte, independent of the program's own writers. */
export interface FileTensor {
  readonly name: string
  readonly shape: readonly number[]
  readonly values: Float32Array
}

const ascii = (text: string) => Buffer.from(text, 'latin1')
const u16 = (value: number) => {
  const bytes = Buffer.alloc(2)
  bytes.writeUInt16LE(value)
  return bytes
}
const u32 = (value: number) => {
  const bytes = Buffer.alloc(4)
  bytes.writeUInt32LE(value >>> 0)
  return bytes
}
export const u64 = (value: number | bigint) => {
  const bytes = Buffer.alloc(8)
  bytes.writeBigUInt64LE(BigInt(value))
  return bytes
}
const bytesOf = (values: Float32Array) => Buffer.from(values.buffer, values.byteOffset, values.byteLength)

/** Parts of a pickle of protocol 2. */
export const pickle = {
  text: (text: string) => Buffer.concat([ascii('X'), u32(Buffer.byteLength(text)), Buffer.from(text)]),
  integer: (value: number) => Buffer.concat([ascii('J'), u32(value)]),
  global: (module: string, name: string) => ascii(`c${module}\n${name}\n`),
  tuple: (...items: readonly Buffer[]) => Buffer.concat([ascii('('), ...items, ascii('t')]),
  dictionary: (entries: readonly (readonly [Buffer, Buffer])[]) =>
    Buffer.concat([ascii('}('), ...entries.flatMap(([key, value]) => [key, value]), ascii('u')]),
  whole: (content: Buffer) => Buffer.concat([ascii('\x80\x02'), content, ascii('.')]),
}

function strides(shape: readonly number[]): number[] {
  return shape.map((_, axis) => shape.slice(axis + 1).reduce((product, side) => product * side, 1))
}

/** A tensor as a state dict's pickle names it; `changes` make it another than its storage has. */
export function pickledTensor(
  { shape, values }: Pick<FileTensor, 'shape' | 'values'>,
  key: string,
  changes: {
    offset?: number
    shape?: readonly number[]
    strides?: readonly number[]
    type?: string
    count?: number
    legacy?: boolean
  } = {},
): Buffer {
  const { text, integer, global, tuple } = pickle
  const told = changes.shape ?? shape
  const storage = tuple(
    ...[text('storage'), global('torch', changes.type ?? 'FloatStorage'), text(key), text('cpu')],
    integer(changes.count ?? values.length),
    ...(changes.legacy ? [ascii('N')] : []),
  )
  const sides = (numbers: readonly number[]) => tuple(...numbers.map(integer))
  const given = tuple(
    ...[storage, ascii('Q'), integer(changes.offset ?? 0), sides(told), sides(changes.strides ?? strides(told))],
    ...[ascii('\x89'), global('collections', 'OrderedDict'), ascii(')R')],
  )
  return Buffer.concat([global('torch._utils', '_rebuild_tensor_v2'), given, ascii('R')])
}

export function pickledStateDict(tensors: readonly FileTensor[], legacy = false): Buffer {
  return pickle.dictionary(tensors.map((tensor, at) => [pickle.text(tensor.name), pickledTensor(tensor, String(at), { legacy })] as const))
}

/** A zip of entries that lie in it as they are. */
export function zipOf(
  entries: readonly { readonly name: string; readonly bytes: Buffer; readonly method?: number; readonly sum?: number }[],
): Buffer {
  const parts: Buffer[] = []
  const directory: Buffer[] = []
  let at = 0
  for (const { name, bytes, method = 0, sum = crc32(bytes) } of entries) {
    const facts = Buffer.concat([u16(0), u16(method), u32(0), u32(sum), u32(bytes.length), u32(bytes.length), u16(name.length), u16(0)])
    const head = Buffer.concat([u32(0x04034b50), u16(20), facts, ascii(name)])
    directory.push(Buffer.concat([u32(0x02014b50), u16(20), u16(20), facts, u16(0), u16(0), u16(0), u32(0), u32(at), ascii(name)]))
    parts.push(head, bytes)
    at += head.length + bytes.length
  }
  const list = Buffer.concat(directory)
  const end = Buffer.concat([u32(0x06054b50), u32(0), u16(entries.length), u16(entries.length), u32(list.length), u32(at), u16(0)])
  return Buffer.concat([...parts, list, end])
}

/** What torch.save writes; `content` in place of the state dict's pickle. */
export function torchZip(tensors: readonly FileTensor[], content = pickledStateDict(tensors)): Buffer {
  return zipOf([
    { name: 'archive/data.pkl', bytes: pickle.whole(content) },
    { name: 'archive/byteorder', bytes: ascii('little') },
    ...tensors.map(({ values }, at) => ({ name: `archive/data/${at}`, bytes: bytesOf(values) })),
    { name: 'archive/version', bytes: ascii('3\n') },
  ])
}

/** What torch.save wrote before PyTorch 1.6. */
export function torchLegacy(tensors: readonly FileTensor[], content = pickledStateDict(tensors, true)): Buffer {
  const { text, integer, dictionary, whole } = pickle
  return Buffer.concat([
    whole(ascii('\x8a\x0a\x6c\xfc\x9c\x46\xf9\x20\x6a\xa8\x50\x19')),
    whole(integer(1001)),
    whole(
      dictionary([
        [text('little_endian'), ascii('\x88')],
        [text('protocol_version'), integer(1001)],
      ]),
    ),
    whole(content),
    whole(Buffer.concat([ascii(']('), ...tensors.map((_, at) => text(String(at))), ascii('e')])),
    ...tensors.flatMap(({ values }) => [u64(values.length), bytesOf(values)]),
  ])
}

/** @param changes entries that take the place of those of the arrays */
export function safetensorsFile(tensors: readonly FileTensor[], changes: Readonly<Record<string, unknown>> = {}): Buffer {
  const header: Record<string, unknown> = {}
  let at = 0
  for (const { name, shape, values } of tensors) {
    header[name] = { dtype: 'F32', shape, data_offsets: [at, at + values.byteLength] }
    at += values.byteLength
  }
  const text = Buffer.from(JSON.stringify({ ...header, ...changes }))
  return Buffer.concat([u64(text.length), text, ...tensors.map(({ values }) => bytesOf(values))])
}

function varint(value: number): Buffer {
  const bytes: number[] = []
  for (let rest = value; ; rest = Math.floor(rest / 128)) {
    if (rest < 128) return Buffer.from([...bytes, rest])
    bytes.push((rest % 128) + 128)
  }
}

/** Fields of a protobuf message: whole numbers, or bytes with their length. */
export function protobuf(fields: readonly (readonly [number: number, content: number | Buffer])[]): Buffer {
  return Buffer.concat(
    fields.flatMap(([number, content]) =>
      typeof content === 'number' ? [varint(number * 8), varint(content)] : [varint(number * 8 + 2), varint(content.length), content],
    ),
  )
}

/** An initialiser; as raw bytes or as a list of floats. */
export function onnxTensor({ name, shape, values }: FileTensor, form: 'raw' | 'list' = 'raw'): Buffer {
  return protobuf([...shape.map((side) => [1, side] as const), [2, 1], [8, Buffer.from(name)], [form === 'raw' ? 9 : 4, bytesOf(values)]])
}

/** An ONNX model of nothing but initialisers. */
export function onnxFile(tensors: readonly FileTensor[], form: 'raw' | 'list' = 'raw'): Buffer {
  return protobuf([
    [1, 8],
    [7, protobuf([[2, ascii('graph')], ...tensors.map((tensor) => [5, onnxTensor(tensor, form)] as const)])],
  ])
}
