import { appendFileSync, readdirSync, renameSync, rmSync, statSync } from 'node:fs'
import { join } from 'node:path'

const largestBytes = 2 * 1024 * 1024
const keptFiles = 3

/** Writes dated lines to a text file that starts anew at 2 MiB; keeps the three files before it. */
export class RotatingLog {
  readonly #file: string
  #bytes: number

  constructor(folder: string, name: string) {
    this.#file = join(folder, name)
    this.#bytes = sizeOf(this.#file)
  }

  /** Ignores failures: a log that cannot be written must not stop the work that it tells of. */
  write(message: string): void {
    const line = `${new Date().toISOString()} ${message}\n`
    try {
      if (this.#bytes + line.length > largestBytes) this.#rotate()
      appendFileSync(this.#file, line)
      this.#bytes += Buffer.byteLength(line)
    } catch {
      this.#bytes = sizeOf(this.#file)
    }
  }

  #rotate(): void {
    rmSync(`${this.#file}.${keptFiles}`, { force: true })
    for (let index = keptFiles - 1; index >= 0; index--) {
      const from = index === 0 ? this.#file : `${this.#file}.${index}`
      if (sizeOf(from) > 0) renameSync(from, `${this.#file}.${index + 1}`)
    }
    this.#bytes = 0
  }
}

function sizeOf(file: string): number {
  return statSync(file, { throwIfNoEntry: false })?.size ?? 0
}

/** Describes an error with its stack where there is one. */
export function describeError(error: unknown): string {
  return error instanceof Error ? (error.stack ?? error.message) : String(error)
}

/** Removes a log and its older parts. */
export function removeLogs(folder: string, name: string): void {
  for (const file of readdirSync(folder)) if (file === name || file.startsWith(`${name}.`)) rmSync(join(folder, file), { force: true })
}
