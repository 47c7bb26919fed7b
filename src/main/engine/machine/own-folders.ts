import { mkdirSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/**
 * Makes this process independent of the working directory of the command that started it: the workspace is its working directory, so that
 * no other
 * disk is kept from being unmounted, and temporary files lie in the workspace. Only for who holds the workspace's lock.
 */
export function takeOwnFolders(folder: string, temporary: string): void {
  process.chdir(folder)
  emptyTemporaryFolder(temporary)
  for (const name of ['TMPDIR', 'TEMP', 'TMP']) process.env[name] = temporary
}

/** Makes the folder and removes what killed workers left in it. */
function emptyTemporaryFolder(temporary: string): void {
  mkdirSync(temporary, { recursive: true, mode: 0o700 })
  for (const name of readdirSync(temporary)) {
    try {
      rmSync(join(temporary, name), { recursive: true, force: true })
    } catch {
      // What cannot be removed takes room, and nothing worse.
    }
  }
}

/** Makes this process's folder for temporary files where it is missing. */
export function ensureTemporaryFolder(): void {
  mkdirSync(tmpdir(), { recursive: true, mode: 0o700 })
}
