import { createHash } from 'node:crypto'
import { closeSync, fsyncSync, mkdirSync, openSync, writeSync } from 'node:fs'
import { join } from 'node:path'
import { setImmediate } from 'node:timers/promises'
import { elements } from '../../../common/network/kinds/shape.ts'
import type { CheckpointRecord } from '../../../common/rpc/worker-protocol.ts'
import { syncFolder } from '../../data/stored/sync-folder.ts'
import { checkpointFileName, type TrainingPosition } from './checkpoint.ts'

/** An array that is written into a checkpoint; its numbers are asked for once. */
interface CheckpointArray {
  readonly name: string
  readonly shape: readonly number[]
  values(): Float32Array
}

/**
 * Writes the checkpoint of a run that has trained no step: weights and running statistics without momenta, which are 0. One array is in
 * memory at a time, and other work goes on between them.
 * @param folder made for it; what is in it after a failure is the caller's to remove
 */
export async function writeFirstCheckpoint(
  folder: string,
  settingsHash: string,
  arrays: readonly CheckpointArray[],
): Promise<CheckpointRecord> {
  mkdirSync(folder, { recursive: true })
  const position = firstPosition(settingsHash)
  const file = checkpointFileName(position)
  const hash = createHash('sha256')
  const handle = openSync(join(folder, file), 'wx', 0o600)
  let bytes = 0
  const write = (part: Uint8Array) => {
    for (let at = 0; at < part.length;) at += writeSync(handle, part, at)
    hash.update(part)
    bytes += part.length
  }
  try {
    write(headerOf(arrays, { format: 'skiplab-checkpoint-1', position: JSON.stringify(position) }))
    for (const array of arrays) {
      const values = array.values()
      write(new Uint8Array(values.buffer, values.byteOffset, values.byteLength))
      await setImmediate()
    }
    fsyncSync(handle)
  } finally {
    closeSync(handle)
  }
  syncFolder(folder)
  return { file, step: 0, epoch: 0, sha256: hash.digest('hex'), bytes, error: null }
}

function headerOf(arrays: readonly CheckpointArray[], metadata: Readonly<Record<string, string>>): Buffer {
  const header: Record<string, unknown> = { __metadata__: metadata }
  let offset = 0
  for (const { name, shape } of arrays) {
    const bytes = 4 * elements(shape)
    header[name] = { dtype: 'F32', shape, data_offsets: [offset, offset + bytes] }
    offset += bytes
  }
  const text = Buffer.from(JSON.stringify(header))
  const padded = Buffer.alloc(8 + Math.ceil(text.length / 8) * 8, ' ')
  padded.writeBigUInt64LE(BigInt(padded.length - 8))
  text.copy(padded, 8)
  return padded
}

function firstPosition(settingsHash: string): TrainingPosition {
  return {
    ...{ step: 0, epoch: 0, epochSteps: 0, epochLossSum: 0, epochErrorSum: 0, epochElapsedMs: 0, trainedMs: 0 },
    ...{ warming: false, recentErrors: [], chanceEpochs: 0, lowestError: null, epochsSinceLowest: 0 },
    ...{ learningRateDrops: 0, plateauEpochs: 0, best: null, settingsHash },
  }
}
