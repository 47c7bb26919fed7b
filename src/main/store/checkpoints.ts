import type { Database } from 'better-sqlite3'
import type { CheckpointRecord } from '../../common/rpc/worker-protocol.ts'

/** Stores which checkpoint files a run has; the worker writes the files. */
export class CheckpointTable {
  readonly #insert
  readonly #remove
  readonly #reject
  readonly #valid
  readonly #has
  readonly #deleteAfter

  constructor(db: Database) {
    this.#insert = db.prepare<Record<string, unknown>>(`
      INSERT OR REPLACE INTO checkpoints (run_id, file, step, epoch, sha256, bytes, error, attempt, created_at)
      VALUES (@runId, @file, @step, @epoch, @sha256, @bytes, @error, @attempt, @createdAt)`)
    this.#remove = db.prepare<[number, string]>('DELETE FROM checkpoints WHERE run_id = ? AND file = ?')
    this.#reject = db.prepare<[string, number, string]>('UPDATE checkpoints SET rejected = ? WHERE run_id = ? AND file = ?')
    this.#valid = db.prepare<[number], CheckpointRecord>(
      'SELECT file, step, epoch, sha256, bytes, error FROM checkpoints WHERE run_id = ? AND rejected IS NULL ORDER BY step ' +
        'DESC, epoch DESC',
    )
    this.#has = db.prepare<[number, string], { file: string }>('SELECT file FROM checkpoints WHERE run_id = ? AND file = ?')
    this.#deleteAfter = db.prepare<[number, number, number]>(
      'DELETE FROM checkpoints WHERE run_id = ? AND (step, epoch) > (?, ?) AND rejected IS NULL',
    )
  }

  insert(runId: number, attempt: number, checkpoint: CheckpointRecord, removed: readonly string[], createdAt: number): void {
    const { file, step, epoch, sha256, bytes, error } = checkpoint
    this.#insert.run({ runId, file, step, epoch, sha256, bytes, error, attempt, createdAt })
    for (const name of removed) this.#remove.run(runId, name)
  }

  reject(runId: number, file: string, reason: string): void {
    this.#reject.run(reason, runId, file)
  }

  /** Forgets a file that was removed. */
  remove(runId: number, file: string): void {
    this.#remove.run(runId, file)
  }

  /** Tells whether a run has a record of this file. */
  has(runId: number, file: string): boolean {
    return this.#has.get(runId, file) !== undefined
  }

  /** Lists undamaged checkpoints, newest first. */
  valid(runId: number): CheckpointRecord[] {
    return this.#valid.all(runId)
  }

  /** Forgets checkpoints after a step: a resumed run writes them again. */
  deleteAfter(runId: number, step: number, epoch: number): void {
    this.#deleteAfter.run(runId, step, epoch)
  }
}
