import { join } from 'node:path'
import { type EngineAddress, readAddress, removeAddress, writeAddress } from '../workspace/address.ts'
import { folderIdentity } from '../workspace/folder-identity.ts'
import type { Workspace } from '../workspace/workspace.ts'

/**
 * Watches whether the files at the workspace's path still are those that this engine opened: somebody may move it, or put a backup
 * back.
 */
export class OwnFiles {
  readonly #workspace: Workspace
  readonly #address: EngineAddress
  readonly #folder: string | null
  readonly #database: string | null
  readonly #lock: string | null
  #log: string | null

  /** To be made when the engine listens and has its database open. */
  constructor(workspace: Workspace, address: EngineAddress) {
    this.#workspace = workspace
    this.#address = address
    this.#folder = folderIdentity(workspace.folder)
    this.#database = folderIdentity(workspace.database)
    this.#lock = folderIdentity(this.#lockFile)
    this.#log = folderIdentity(this.#logFile)
    writeAddress(workspace.folder, address)
  }

  get #lockFile(): string {
    return join(this.#workspace.folder, 'engine.lock')
  }

  get #logFile(): string {
    return `${this.#workspace.database}-wal`
  }

  /** Announces the engine again where its address was removed or replaced. @returns why it must end, or null */
  check(): string | null {
    const { folder, database } = this.#workspace
    if (folderIdentity(folder) !== this.#folder) return 'the workspace was removed'
    if (folderIdentity(database) !== this.#database) return 'the database was replaced by another'
    if (folderIdentity(this.#lockFile) !== this.#lock) return 'engine.lock was replaced by another'
    this.#log = folderIdentity(this.#logFile)
    if (readAddress(folder)?.token !== this.#address.token) writeAddress(folder, this.#address)
    return null
  }

  /** Whether closing the database would remove the write-ahead log of another one, which now lies at its path. */
  get logIsAnothers(): boolean {
    return folderIdentity(this.#logFile) !== this.#log
  }

  /** Removes the engine's address, unless another workspace with its own engine is there by now. */
  removeAddress(): void {
    const { folder } = this.#workspace
    if (folderIdentity(folder) === this.#folder && readAddress(folder)?.token === this.#address.token) removeAddress(folder)
  }
}
