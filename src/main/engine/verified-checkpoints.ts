import { createHash } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { rename } from 'node:fs/promises'
import { join } from 'node:path'
import { pipeline } from 'node:stream/promises'
import { messageOf } from '../../common/caught.ts'
import type { CheckpointRecord } from '../../common/rpc/worker-protocol.ts'

export interface CheckedCheckpoints {
  /** Names of files that are whole, in the order given. */
  readonly valid: string[]
  readonly rejected: { readonly file: string; readonly reason: string }[]
}

/** Compares checkpoint files with the hashes under which they were stored; a damaged file is put aside as `<name>.damaged`. */
export async function checkCheckpoints(folder: string, checkpoints: readonly CheckpointRecord[]): Promise<CheckedCheckpoints> {
  const checked: CheckedCheckpoints = { valid: [], rejected: [] }
  for (const { file, sha256 } of checkpoints) {
    const path = join(folder, file)
    const hash = createHash('sha256')
    const unreadable = await pipeline(createReadStream(path), hash).then(() => null, messageOf)
    if (unreadable !== null) checked.rejected.push({ file, reason: `cannot be read: ${unreadable}` })
    else if (hash.digest('hex') === sha256) checked.valid.push(file)
    else {
      await rename(path, `${path}.damaged`)
      checked.rejected.push({ file, reason: `its contents changed (SHA-256 differs); put aside as ${file}.damaged` })
    }
  }
  return checked
}
