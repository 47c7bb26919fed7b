import type { OutputFile } from './files/output-file.ts'
import type { StateArray } from './source/weights-source.ts'

/**
 * Writes a state dict as safetensors: https://github.com/huggingface/safetensors#format. Arrays of 8-byte numbers come first, so that
 * every array lies on a multiple of its number's size.
 */
export function writeSafetensors(file: OutputFile, arrays: readonly StateArray[], metadata: Readonly<Record<string, string>>): void {
  const ordered = [...arrays].sort((a, b) => Number(b.type === 'int64') - Number(a.type === 'int64'))
  // What PyTorch's own reader asks for.
  const header: Record<string, unknown> = { __metadata__: { format: 'pt', ...metadata } }
  let offset = 0
  for (const { name, type, shape, content } of ordered) {
    header[name] = { dtype: type === 'int64' ? 'I64' : 'F32', shape, data_offsets: [offset, offset + content.bytes] }
    offset += content.bytes
  }
  const text = Buffer.from(JSON.stringify(header))
  const padded = Buffer.alloc(8 + Math.ceil(text.length / 8) * 8, ' ')
  padded.writeBigUInt64LE(BigInt(padded.length - 8))
  text.copy(padded, 8)
  file.append(padded)
  for (const { content } of ordered) for (const chunk of content.chunks()) file.append(chunk)
}
