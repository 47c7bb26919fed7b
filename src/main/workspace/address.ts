import { createHash } from 'node:crypto'
import { chmodSync, lstatSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { z } from 'zod'
import { SkiplabError } from '../../common/failure.ts'
import { fileTrouble } from '../../common/file-trouble.ts'
import { folderIdentity } from './folder-identity.ts'

/** `engine.json` of a workspace (0600): how to reach its running engine. */
const addressSchema = z.strictObject({
  pid: z.int(),
  /** Path of a Unix socket or name of a Windows pipe. */
  socket: z.string(),
  /** Token that a client sends at the start of each connection. */
  token: z.string(),
  version: z.string(),
})
export type EngineAddress = z.infer<typeof addressSchema>

/** Systems cut longer socket paths (104 bytes on macOS, 108 on Linux, with the closing zero). */
const longestSocketPath = 100

/**
 * Finds the socket's path inside the workspace, or in a folder of this user alone when that would be too long.
 * @throws SkiplabError unavailable when there is no such folder
 */
export function socketPath(folder: string): string {
  const key = createHash('sha256')
    .update(`${folder}\0${folderIdentity(folder)}`)
    .digest('hex')
    .slice(0, 24)
  if (process.platform === 'win32') return `\\\\.\\pipe\\skiplab-${key}`
  const inside = join(folder, 'engine.sock')
  return isShortEnough(inside) ? inside : socketElsewhere(folder, `${key}.sock`)
}

const isShortEnough = (path: string) => Buffer.byteLength(path) <= longestSocketPath

/**
 * Finds another folder for the socket. After `su` or `sudo`, XDG_RUNTIME_DIR still names the folder of the user before; TMPDIR may be as
 * long as the workspace's path.
 */
function socketElsewhere(workspace: string, name: string): string {
  // Not by the account's entry, which a container's user may not have.
  const uid = process.geteuid?.() ?? -1
  const { XDG_RUNTIME_DIR: runtime } = process.env
  const reasons: string[] = []
  for (const [parent, folder] of [
    ...(runtime ? [[runtime, 'skiplab'] as const] : []),
    [tmpdir(), `skiplab-${uid}`] as const,
    ['/tmp', `skiplab-${uid}`] as const,
  ]) {
    const path = join(parent, folder, name)
    const problem = isShortEnough(path) ? problemOf(parent, join(parent, folder), parent === runtime, uid) : 'too long as well'
    if (problem === null) return path
    reasons.push(`${join(parent, folder)}: ${problem}`)
  }
  throw new SkiplabError(
    'unavailable',
    `The path of the workspace ${workspace} is too long for a socket in it, and there is no other folder for one ` +
      `(${[...new Set(reasons)].join('; ')}). Choose a workspace with a shorter path, or set XDG_RUNTIME_DIR to a folder of ` +
      'your own.',
  )
}

/** Makes a folder that nobody else may enter. @returns why it cannot be had */
function problemOf(parent: string, folder: string, ownParent: boolean, uid: number): string | null {
  try {
    if (ownParent && lstatSync(parent).uid !== uid) return 'belongs to somebody else'
    mkdirSync(folder, { recursive: true, mode: 0o700 })
    const stat = lstatSync(folder)
    if (stat.uid !== uid || !stat.isDirectory()) return 'belongs to somebody else'
    chmodSync(folder, 0o700)
    return null
  } catch (error) {
    return fileTrouble(error)
  }
}

export function addressFile(folder: string): string {
  return join(folder, 'engine.json')
}

/** @returns null when no engine has announced itself */
export function readAddress(folder: string): EngineAddress | null {
  try {
    return addressSchema.parse(JSON.parse(readFileSync(addressFile(folder), 'utf8')))
  } catch {
    return null
  }
}

export function writeAddress(folder: string, address: EngineAddress): void {
  const temporary = `${addressFile(folder)}.${process.pid}`
  writeFileSync(temporary, JSON.stringify(address), { mode: 0o600 })
  renameSync(temporary, addressFile(folder))
}

export function removeAddress(folder: string): void {
  rmSync(addressFile(folder), { force: true })
}
