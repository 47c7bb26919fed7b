import { createHash } from 'node:crypto'
import { chmodSync, lstatSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir, userInfo } from 'node:os'
import { join } from 'node:path'
import { z } from 'zod'

/** `engine.json` of a workspace (0600): how to reach its running engine. */
const addressSchema = z.strictObject({
  pid: z.int(),
  /** Path of a Unix socket or name of a Windows pipe. */
  socket: z.string(),
  /** To be shown at the start of each connection. */
  token: z.string(),
  version: z.string(),
})
export type EngineAddress = z.infer<typeof addressSchema>

/** Systems cut longer socket paths (104 bytes on macOS, 108 on Linux, with the closing zero). */
const longestSocketPath = 100

/** The socket's path inside the workspace, or in a folder of this user alone when that would be too long. */
export function socketPath(folder: string): string {
  const key = createHash('sha256').update(folder).digest('hex').slice(0, 24)
  if (process.platform === 'win32') return `\\\\.\\pipe\\skiplab-${key}`
  const inside = join(folder, 'engine.sock')
  return Buffer.byteLength(inside) <= longestSocketPath ? inside : join(runtimeFolder(), `${key}.sock`)
}

function runtimeFolder(): string {
  const folder = process.env.XDG_RUNTIME_DIR ? join(process.env.XDG_RUNTIME_DIR, 'skiplab') : join(tmpdir(), `skiplab-${userInfo().uid}`)
  mkdirSync(folder, { recursive: true, mode: 0o700 })
  const { uid, mode } = lstatSync(folder)
  if (uid !== userInfo().uid || (mode & 0o170000) !== 0o040000) throw new Error(`${folder} belongs to somebody else; set XDG_RUNTIME_DIR to a folder of your own.`)
  chmodSync(folder, 0o700)
  return folder
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
