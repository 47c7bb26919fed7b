import { readdirSync, rmSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { removeLogs } from '../journal/log.ts'
import { unfinishedScores } from '../../data/scores/write-scores.ts'

/** Files of evaluations: scores of each that has finished, and logs. */
export class ScoreFiles {
  readonly #folder: string
  readonly #logsFolder: string

  constructor(folder: string, logsFolder: string) {
    this.#folder = folder
    this.#logsFolder = logsFolder
  }

  path(evaluationId: number): string {
    return join(this.#folder, `${evaluationId}.safetensors`)
  }

  /** Removes an evaluation's scores, finished or not, where there are any. @returns the bytes that they took */
  remove(evaluationId: number): number {
    const bytes = statSync(this.path(evaluationId), { throwIfNoEntry: false })?.size ?? 0
    const unfinished = this.#names().filter((name) => unfinishedScores.test(name) && name.startsWith(`${evaluationId}.`))
    for (const name of [...unfinished, `${evaluationId}.safetensors`]) rmSync(join(this.#folder, name), { force: true })
    return bytes
  }

  /** Removes the logs of its workers. */
  removeLogs(evaluationId: number): void {
    removeLogs(this.#logsFolder, this.logName(evaluationId))
  }

  logName(evaluationId: number): string {
    return `evaluation-${evaluationId}.log`
  }

  /** Removes what ended attempts left behind; other files stay. @param kept evaluations that have scores */
  removeStray(kept: ReadonlySet<number>): void {
    for (const name of this.#names()) {
      const [, id] = /^(\d+)\.safetensors$/.exec(name) ?? []
      if (unfinishedScores.test(name) || (id !== undefined && !kept.has(Number(id)))) rmSync(join(this.#folder, name), { force: true })
    }
  }

  #names(): string[] {
    return readdirSync(this.#folder)
  }
}
