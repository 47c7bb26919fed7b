import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { writeFileBy } from '../../../../../src/main/weights/write/files/output-file.ts'
import { writePyTorch } from '../../../../../src/main/weights/write/pytorch.ts'
import { writeSafetensors } from '../../../../../src/main/weights/write/safetensors.ts'
import type { StateArray } from '../../../../../src/main/weights/write/source/weights-source.ts'
import { temporaryFolder } from '../../../../support/temporary-folder.ts'

const floats = Uint8Array.from(new Uint8Array(Float32Array.of(1, 2, 3, 4, 5, 6.5).buffer))
const arrays: readonly StateArray[] = [
  { name: 'fc.weight', type: 'fp32', shape: [2, 3], content: { bytes: 24, chunks: () => [floats.subarray(0, 8), floats.subarray(8)] } },
  { name: 'bn.num_batches_tracked', type: 'int64', shape: [], content: { bytes: 8, chunks: () => [new Uint8Array(8)] } },
]

async function bytesOf(write: Parameters<typeof writeFileBy>[1]): Promise<Buffer> {
  const path = join(await temporaryFolder(), 'file')
  writeFileBy(path, write)
  return readFileSync(path)
}

describe('a state dict', () => {
  it('is, for PyTorch, byte for byte the file that torch.load(weights_only=True) and mmap=True were seen to read', async () => {
    const bytes = await bytesOf((file) => writePyTorch(file, arrays))
    expect(createHash('sha256').update(bytes).digest('hex')).toBe(readByPyTorch)
  })

  it('has its arrays for PyTorch at multiples of 64 bytes, checked by a CRC', async () => {
    const bytes = await bytesOf((file) => writePyTorch(file, arrays))
    const start = bytes.indexOf(Buffer.from(floats))
    expect(start % 64).toBe(0)
    expect(bytes.includes(Buffer.from('ctorch._utils\n_rebuild_tensor_v2\n'))).toBe(true)
    // The end of the directory: five entries, on one disk.
    expect(bytes.subarray(-22, -10).toString('hex')).toBe('504b05060000000005000500')
  })

  it('as safetensors has a header padded to 8 bytes, 8-byte numbers first, and the arrays without a gap', async () => {
    const bytes = await bytesOf((file) => writeSafetensors(file, arrays, { skiplab_run: 'a run' }))
    const headerBytes = Number(bytes.readBigUInt64LE())
    expect(headerBytes % 8).toBe(0)
    expect(JSON.parse(bytes.toString('utf8', 8, 8 + headerBytes))).toEqual({
      __metadata__: { format: 'pt', skiplab_run: 'a run' },
      'bn.num_batches_tracked': { dtype: 'I64', shape: [], data_offsets: [0, 8] },
      'fc.weight': { dtype: 'F32', shape: [2, 3], data_offsets: [8, 32] },
    })
    expect(bytes.subarray(8 + headerBytes + 8)).toEqual(Buffer.from(floats))
  })
})

/** Of the two arrays above; PyTorch 2.13 read them, and `fc.weight` as [[1, 2, 3], [4, 5, 6.5]]. */
const readByPyTorch = '232223146c8349a6c99cf54feb8fc64212b4e977177ab907c50d5ad36548536a'
