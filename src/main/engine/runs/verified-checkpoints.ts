import { rename } from 'node:fs/promises'
import { join } from 'node:path'
import { hasCode } from '../../../common/caught.ts'
import type { CheckpointRecord } from '../../../common/rpc/worker-protocol.ts'
import { hashFile } from '../../data/stored/hash-file.ts'

export interface CheckedCheckpoints {
  /** Names of undamaged files, in the order given. */
  readonly valid: string[]
  readonly rejected: { readonly file: string; readonly reason: string }[]
  /**
   * Names of missing files older than an undamaged one: a worker removed them and was killed before it could report that. Nothing is lost.
   */
  readonly superseded: string[]
}

/**
 * Compares checkpoint files with the hashes under which they were stored; a damaged file is put aside as `<name>.damaged`.
 * @param checkpoints newest first
 * @throws Error of the system when a file that is there cannot be read: it may be whole, so nothing is said of it
 */
export async function checkCheckpoints(folder: string, checkpoints: readonly CheckpointRecord[]): Promise<CheckedCheckpoints> {
  const checked: CheckedCheckpoints = { valid: [], rejected: [], superseded: [] }
  for (const { file, sha256 } of checkpoints) {
    const path = join(folder, file)
    const hash = await hashIfThere(path)
    if (hash === sha256) checked.valid.push(file)
    else if (hash !== null) {
      await rename(path, `${path}.damaged`)
      checked.rejected.push({ file, reason: `its contents changed (SHA-256 differs); put aside as ${file}.damaged` })
    } else if (checked.valid.length > 0) checked.superseded.push(file)
    else checked.rejected.push({ file, reason: 'the file is gone' })
  }
  return checked
}

async function hashIfThere(path: string): Promise<string | null> {
  try {
    return await hashFile(path, 'sha256')
  } catch (error) {
    if (hasCode(error, 'ENOENT')) return null
    throw error
  }
}
