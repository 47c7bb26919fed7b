import { randomUUID } from 'node:crypto'
import { closeSync, copyFileSync, existsSync, fsyncSync, linkSync, mkdirSync, openSync, readdirSync, renameSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import type { Store } from '../../store/store.ts'
import { syncFolder } from '../../data/stored/sync-folder.ts'

const incoming = '.incoming-'
const keptName = /^([0-9a-f]{64})\.safetensors$/

/** Keeps the checkpoints that runs start from, under their SHA-256, for as long as a run names them. */
export class InitialWeightFiles {
  readonly #store: Store
  readonly folder: string

  constructor(store: Store, folder: string) {
    this.#store = store
    this.folder = folder
  }

  pathOf(sha256: string): string {
    return join(this.folder, `${sha256}.safetensors`)
  }

  /**
   * Links a checkpoint into the folder, or copies it where links are not possible: after a crash it is there whole or not at all. At once,
   * so that nothing is deleted between this and the commit of the runs that name it.
   */
  keep(path: string, sha256: string): void {
    const target = this.pathOf(sha256)
    if (path === target && existsSync(target)) return
    mkdirSync(this.folder, { recursive: true })
    const temporary = join(this.folder, incoming + randomUUID())
    try {
      linkOrCopy(path, temporary)
      sync(temporary)
      renameSync(temporary, target)
    } finally {
      // Two names of one file: then the rename does nothing.
      rmSync(temporary, { force: true })
    }
    syncFolder(this.folder)
  }

  /** Lists files that no run names. @param removed whether removed runs that can be brought back count too */
  unused(removed: boolean): string[] {
    const used = this.#store.disk.initialWeights(removed)
    return readdirSync(this.folder)
      .filter((name) => keptName.test(name) && !used.has(keptName.exec(name)![1]!))
      .sort()
  }

  /** Deletes files, but for those that a run names by now. */
  removeUnused(names: readonly string[]): void {
    const unused = new Set(this.unused(true))
    for (const name of names) if (unused.has(name)) rmSync(join(this.folder, name), { force: true })
  }

  /** Deletes what an engine left behind that ended before it could name or delete it. */
  sweep(): void {
    for (const name of readdirSync(this.folder)) if (name.startsWith(incoming)) rmSync(join(this.folder, name), { force: true })
    this.removeUnused(this.unused(true))
  }
}

function linkOrCopy(from: string, to: string): void {
  try {
    linkSync(from, to)
  } catch {
    // Some file systems have no links; where the file itself is the trouble, copying says so.
    copyFileSync(from, to)
  }
}

function sync(path: string): void {
  // For writing, which Windows asks for.
  const handle = openSync(path, 'r+')
  try {
    fsyncSync(handle)
  } finally {
    closeSync(handle)
  }
}
