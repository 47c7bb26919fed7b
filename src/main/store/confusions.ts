import type { Database } from 'better-sqlite3'
import type { Confusion, ConfusionCount } from '../../common/results/confusion.ts'
import type { ResultCheckpoint } from '../../common/results/result-row.ts'

type StoredConfusion = Omit<Confusion, 'classes'>

/** Which classes of the test split a run's last and best epoch took for which, each image seen once. */
export class ConfusionTable {
  readonly #put
  readonly #bestEpoch
  readonly #deleteAfter
  readonly #get

  constructor(db: Database) {
    this.#put = db.prepare<[number, ResultCheckpoint, number, Buffer]>(
      "INSERT OR REPLACE INTO confusions (run_id, checkpoint, split, protocol, epoch, counts) VALUES (?, ?, 'test', 'single-view', ?, ?)",
    )
    this.#bestEpoch = db.prepare<[number], { epoch: number | null }>('SELECT best_epoch AS epoch FROM runs WHERE id = ?')
    this.#deleteAfter = db.prepare<[number, number]>('DELETE FROM confusions WHERE run_id = ? AND epoch > ?')
    this.#get = db.prepare<[number, ResultCheckpoint], Omit<StoredConfusion, 'counts'> & { counts: Buffer }>(
      `SELECT checkpoint, split, epoch, counts FROM confusions
       WHERE run_id = ? AND checkpoint = ? AND split = 'test' AND protocol = 'single-view'`,
    )
  }

  /** After the epoch itself was inserted: takes it as the last one, and as the best where it is. */
  insertEpoch(runId: number, epoch: number, counts: readonly ConfusionCount[]): void {
    const bytes = Buffer.alloc(counts.length * 12)
    counts.flat().forEach((value, index) => bytes.writeUInt32LE(value, index * 4))
    this.#put.run(runId, 'last', epoch, bytes)
    if (this.#bestEpoch.get(runId)?.epoch === epoch) this.#put.run(runId, 'best', epoch, bytes)
  }

  /** A resumed run logs later epochs anew. */
  deleteAfter(runId: number, epoch: number): void {
    this.#deleteAfter.run(runId, epoch)
  }

  /** Null where none was counted: the run is of an older version, or no epoch of it has ended. */
  get(runId: number, checkpoint: ResultCheckpoint): StoredConfusion | null {
    const row = this.#get.get(runId, checkpoint)
    if (!row) return null
    const at = (index: number): number => row.counts.readUInt32LE(index * 4)
    const counts = Array.from({ length: row.counts.length / 12 }, (_, index): ConfusionCount => [
      at(3 * index),
      at(3 * index + 1),
      at(3 * index + 2),
    ])
    return { ...row, counts }
  }
}
