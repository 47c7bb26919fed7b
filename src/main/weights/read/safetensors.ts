import { type ByteSource, WeightsRefusal } from './source/byte-source.ts'
import type { WeightFile } from './source/weight-file.ts'
import { arrayBytes, type NumberType, type StoredTensor, toFloats } from './source/stored-tensor.ts'

const types: Readonly<Record<string, NumberType>> = {
  F32: 'float32',
  F16: 'float16',
  BF16: 'bfloat16',
  F64: 'float64',
  I64: 'int64',
  I32: 'int32',
  I16: 'int16',
  I8: 'int8',
  U8: 'uint8',
  BOOL: 'bool',
}

/** Names and shapes of ten thousand layers take a quarter of this. */
const most = { headerBytes: 8 * 2 ** 20, brackets: 400_000 }

/**
 * Reads a safetensors file: u64 header length, JSON header, little-endian numbers
 * (https://github.com/huggingface/safetensors#format). As its own reader it takes no gaps, overlaps or bytes behind the arrays.
 */
export function readSafetensors(source: ByteSource): Pick<WeightFile, 'tensors' | 'metadata'> {
  const headerBytes = Number(source.read(0, 8).readBigUInt64LE())
  if (headerBytes > most.headerBytes || 8 + headerBytes > source.size)
    throw new WeightsRefusal(`its header says ${headerBytes} bytes; expected ${Math.min(most.headerBytes, source.size - 8)} at most`)
  const header = parseHeader(source.read(8, headerBytes))
  const start = 8 + headerBytes
  const tensors: (StoredTensor & { readonly first: number; readonly last: number })[] = []
  let metadata: Record<string, string> = {}
  for (const [name, entry] of Object.entries(header)) {
    if (!isRecord(entry)) throw new WeightsRefusal(`entry ${JSON.stringify(name)} of its header is no object`)
    if (name === '__metadata__') metadata = Object.fromEntries(Object.entries(entry).map(([key, value]) => [key, String(value)]))
    else tensors.push(tensorOf(source, start, name, entry))
  }
  requireSeamless(tensors, source.size - start)
  return { tensors, metadata }
}

function parseHeader(bytes: Buffer): Record<string, unknown> {
  let brackets = 0
  for (const byte of bytes) if (byte === 0x5b || byte === 0x7b) brackets++
  if (brackets > most.brackets) throw new WeightsRefusal('its header names more arrays than any network has')
  let header: unknown
  try {
    header = JSON.parse(bytes.toString('utf8'))
  } catch {
    throw new WeightsRefusal('its header is no JSON')
  }
  if (!isRecord(header)) throw new WeightsRefusal('its header is no object')
  return header
}

function tensorOf(source: ByteSource, start: number, name: string, { dtype, shape, data_offsets: offsets }: Record<string, unknown>) {
  const type = types[String(dtype)]
  if (type === undefined)
    throw new WeightsRefusal(`${JSON.stringify(name)} has type ${String(dtype).slice(0, 40)}, expected ${Object.keys(types).join(', ')}`)
  if (!isSizes(shape) || !isSizes(offsets) || offsets.length !== 2)
    throw new WeightsRefusal(`${JSON.stringify(name)} has no valid shape and offsets`)
  const [first, last] = offsets as [number, number]
  const bytes = arrayBytes(name, type, shape)
  if (last - first !== bytes)
    throw new WeightsRefusal(`${JSON.stringify(name)} takes bytes ${first} to ${last}; its shape [${shape.join(', ')}] takes ${bytes}`)
  source.require(start + first, bytes)
  return { name, type, shape, first, last, values: () => toFloats(source.read(start + first, bytes), type) }
}

function requireSeamless(
  tensors: readonly { readonly name: string; readonly first: number; readonly last: number }[],
  bytes: number,
): void {
  let at = 0
  for (const { name, first, last } of [...tensors].sort((a, b) => a.first - b.first || a.last - b.last)) {
    if (first !== at) throw new WeightsRefusal(`${JSON.stringify(name)} begins at byte ${first}; expected ${at}, where the one before ends`)
    at = last
  }
  if (at !== bytes) throw new WeightsRefusal(`its arrays end at byte ${at}; it goes on to ${bytes}`)
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function isSizes(value: unknown): value is number[] {
  return Array.isArray(value) && value.every((size) => Number.isSafeInteger(size) && (size as number) >= 0)
}
