import type { Database } from 'better-sqlite3'
import type { RunState } from '../../common/records/records.ts'

/** A checkpoint file of a run that is over. */
export interface EndedCheckpoint {
  readonly runId: number
  readonly name: string
  readonly file: string
  readonly epoch: number
  readonly bytes: number
  readonly error: number | null
  readonly rejected: string | null
  /** Of its run's recipe. */
  readonly keepCheckpointEvery: number
}

export interface RemovedRun {
  readonly id: number
  readonly name: string
  readonly removedAt: number
  /** The sweep that was removed in the same moment. */
  readonly sweepId: number | null
  readonly sweepName: string | null
}

/** States of runs that train no more unless a person says so. */
const ended = "('finished', 'diverged', 'failed', 'cancelled')"

/** Finds out which files the rows of a workspace stand for. */
export class DiskTables {
  readonly #runs
  readonly #ended
  readonly #isOver
  readonly #removed
  readonly #purged
  readonly #users
  readonly #initialWeights

  constructor(db: Database) {
    this.#runs = db.prepare<[], { id: number; name: string; state: RunState }>(
      'SELECT id, name, state FROM runs WHERE removed_at IS NULL ORDER BY id',
    )
    this.#ended = db.prepare<[], EndedCheckpoint>(
      `SELECT run_id AS runId, runs.name, file, checkpoints.epoch, bytes, error, rejected,
         coalesce(runs.settings ->> '$.recipe.keepCheckpointEvery', 0) AS keepCheckpointEvery
       FROM checkpoints JOIN runs ON runs.id = run_id
       WHERE runs.state IN ${ended} AND runs.removed_at IS NULL ORDER BY run_id, step DESC, epoch DESC`,
    )
    this.#isOver = db.prepare<[number], { id: number }>(`SELECT id FROM runs WHERE id = ? AND state IN ${ended} AND removed_at IS NULL`)
    this.#removed = db.prepare<[], RemovedRun>(
      `SELECT runs.id, runs.name, runs.removed_at AS removedAt, sweeps.id AS sweepId, sweeps.name AS sweepName
       FROM runs LEFT JOIN sweeps ON sweeps.id = (
         SELECT members.sweep_id FROM sweep_runs AS members JOIN sweeps AS gone ON gone.id = members.sweep_id
         WHERE members.run_id = runs.id AND gone.removed_at = runs.removed_at LIMIT 1)
       WHERE runs.removed_at IS NOT NULL AND runs.purged_at IS NULL ORDER BY runs.removed_at, runs.id`,
    )
    this.#purged = db.prepare<[], { id: number }>('SELECT id FROM runs WHERE purged_at IS NOT NULL')
    this.#users = db.prepare<[], { dataset: string; runs: number }>(
      'SELECT dataset, count(*) AS runs FROM runs WHERE purged_at IS NULL GROUP BY dataset',
    )
    this.#initialWeights = db.prepare<{ removed: number }, { sha256: string; name: string }>(
      `SELECT DISTINCT settings ->> '$.initialWeights.sha256' AS sha256, settings ->> '$.initialWeights.name' AS name FROM runs
       WHERE purged_at IS NULL AND (@removed OR removed_at IS NULL) AND settings ->> '$.initialWeights.sha256' IS NOT NULL`,
    )
  }

  /** Names the initial weights of runs, by SHA-256. @param removed also those of removed runs that can be brought back */
  initialWeights(removed: boolean): Map<string, string> {
    return new Map(this.#initialWeights.all({ removed: removed ? 1 : 0 }).map(({ sha256, name }) => [sha256, name]))
  }

  /** Lists all runs but the removed ones. */
  runs(): { id: number; name: string; state: RunState }[] {
    return this.#runs.all()
  }

  /** Lists the checkpoints of runs that are over, run by run, the newest first. */
  endedCheckpoints(): EndedCheckpoint[] {
    return this.#ended.all()
  }

  /** Tells whether a run is there and over. */
  isOver(runId: number): boolean {
    return this.#isOver.get(runId) !== undefined
  }

  /** Lists removed runs that can still be brought back, in the order of their removal. */
  removed(): RemovedRun[] {
    return this.#removed.all()
  }

  /** Lists runs of which nothing but the row is kept. */
  purged(): Set<number> {
    return new Set(this.#purged.all().map(({ id }) => id))
  }

  /** Counts the runs that are trained on each data set, those included that can be brought back. */
  runsByDataset(): Map<string, number> {
    return new Map(this.#users.all().map(({ dataset, runs }) => [dataset, runs]))
  }
}
