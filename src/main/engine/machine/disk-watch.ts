import { freeDiskBytes } from '../../workspace/workspace.ts'

/** Free room on the disk below which no run is started. */
const leastFreeDiskBytes = 64 * 1024 * 1024

interface DiskWatchOptions {
  /** Folder of the workspace. */
  readonly folder: string
  /** Whether the database found the disk full between two checks. */
  readonly databaseIsFull: () => boolean
  readonly log: (message: string) => void
}

/** Watches the room on the disk of the workspace. */
export class DiskWatch {
  readonly #options: DiskWatchOptions
  #full = false

  constructor(options: DiskWatchOptions) {
    this.#options = options
  }

  get full(): boolean {
    return this.#full || this.#options.databaseIsFull()
  }

  /** Call about once a second. @returns whether the disk filled up, or has room again */
  async check(): Promise<boolean> {
    const { folder, databaseIsFull, log } = this.#options
    const free = await freeDiskBytes(folder)
    const full = free < leastFreeDiskBytes || databaseIsFull()
    if (full === this.#full) return false
    this.#full = full
    log(full ? `only ${free} bytes are free on the disk: no run is started` : 'there is room on the disk')
    return true
  }
}
