import { createHash } from 'node:crypto'
import { open, rename, rm } from 'node:fs/promises'
import { dirname } from 'node:path'
import { syncFolder } from '../stored/sync-folder.ts'
import { scoreFileHeader, type ScoreFileHead } from './score-file.ts'

export interface Scored extends ScoreFileHead {
  /** int32 [images] each */
  readonly labels: Int32Array
  readonly indices: Int32Array
  /** Softmax, fp32 [rows, classes] each, in the images' order. */
  readonly blocks: AsyncIterable<Float32Array> | Iterable<Float32Array>
}

/** Matches files that {@link writeScores} leaves behind when its process ends. */
export const unfinishedScores = /^\d+\.safetensors\.\d+\.incoming$/

/** Writes a file of scores: beside the final one, synced, renamed, so that nobody sees half of it. @returns its size and hash */
export async function writeScores(path: string, { labels, indices, blocks, ...head }: Scored): Promise<{ bytes: number; sha256: string }> {
  const temporary = `${path}.${process.pid}.incoming`
  const hash = createHash('sha256')
  let bytes = 0
  try {
    const file = await open(temporary, 'w', 0o600)
    try {
      const write = async (part: Uint8Array) => {
        hash.update(part)
        for (let written = 0; written < part.length;) written += (await file.write(part, written)).bytesWritten
        bytes += part.length
      }
      await write(scoreFileHeader(head))
      for (const values of [labels, indices]) await write(bytesOf(values))
      for await (const scores of blocks) await write(bytesOf(scores))
      await file.sync()
    } finally {
      await file.close()
    }
    await rename(temporary, path)
  } catch (error) {
    await rm(temporary, { force: true })
    throw error
  }
  syncFolder(dirname(path))
  return { bytes, sha256: hash.digest('hex') }
}

function bytesOf({ buffer, byteOffset, byteLength }: Int32Array | Float32Array): Uint8Array {
  return new Uint8Array(buffer, byteOffset, byteLength)
}
