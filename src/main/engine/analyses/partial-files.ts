import { readdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { removeLogs } from '../journal/log.ts'

/** Files of analyses: what unfinished ones go on from, and logs. Results are in the database. */
export class PartialFiles {
  readonly #folder: string
  readonly #logsFolder: string

  constructor(folder: string, logsFolder: string) {
    this.#folder = folder
    this.#logsFolder = logsFolder
  }

  path(analysisId: number): string {
    return join(this.#folder, `${analysisId}.json`)
  }

  remove(analysisId: number): void {
    for (const path of [this.path(analysisId), `${this.path(analysisId)}.new`]) rmSync(path, { force: true })
  }

  logName(analysisId: number): string {
    return `analysis-${analysisId}.log`
  }

  /** Removes the logs of its workers. */
  removeLogs(analysisId: number): void {
    removeLogs(this.#logsFolder, this.logName(analysisId))
  }

  /** Removes what ended analyses left behind; other files stay. @param kept analyses that are to come */
  removeStray(kept: ReadonlySet<number>): void {
    for (const name of readdirSync(this.#folder)) {
      const [, id] = /^(\d+)\.json(?:\.new)?$/.exec(name) ?? []
      if (id !== undefined && (name.endsWith('.new') || !kept.has(Number(id)))) rmSync(join(this.#folder, name), { force: true })
    }
  }
}
