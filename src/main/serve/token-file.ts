import { chmodSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { newToken } from './server.ts'

/** Reads `serve-token` of a workspace, or makes it: one token for all its servers, so that an open page finds a restarted server again. */
export function readOrMakeToken(workspace: string): string {
  const file = join(workspace, 'serve-token')
  try {
    const kept = readFileSync(file, 'utf8').trim()
    if (/^[0-9a-f]{64}$/.test(kept)) {
      chmodSync(file, 0o600)
      return kept
    }
  } catch {
    // There is none yet.
  }
  const token = newToken()
  writeFileSync(file, `${token}\n`, { mode: 0o600 })
  chmodSync(file, 0o600)
  return token
}
