import type { Database } from 'better-sqlite3'
import type { RunState } from '../../common/records/records.ts'

/** Renames runs and sweeps, hides them, restores them and deletes them at last. */
export class RemovalTables {
  readonly #db: Database

  constructor(db: Database) {
    this.#db = db
  }

  renameRun(runId: number, name: string): void {
    this.#db.prepare('UPDATE runs SET name = ? WHERE id = ?').run(name, runId)
  }

  renameSweep(sweepId: number, name: string): void {
    this.#db.prepare("UPDATE sweeps SET name = @name, sweep = json_set(sweep, '$.name', @name) WHERE id = @sweepId").run({ sweepId, name })
  }

  hideRuns(runIds: readonly number[], now: number): void {
    const hide = this.#db.prepare('UPDATE runs SET removed_at = ? WHERE id = ?')
    for (const runId of runIds) hide.run(now, runId)
  }

  hideSweep(sweepId: number, now: number): void {
    this.#db.prepare('UPDATE sweeps SET removed_at = ? WHERE id = ?').run(now, sweepId)
  }

  /** Finds when a run was removed, unless its data is deleted already. */
  removedAt(runId: number): number | null {
    return (
      this.#db.prepare<[number], { at: number | null }>('SELECT removed_at AS at FROM runs WHERE id = ? AND purged_at IS NULL').get(runId)
        ?.at ?? null
    )
  }

  /** Finds when a sweep was removed. */
  sweepRemovedAt(sweepId: number): number | null {
    return this.#db.prepare<[number], { at: number | null }>('SELECT removed_at AS at FROM sweeps WHERE id = ?').get(sweepId)?.at ?? null
  }

  showRuns(runIds: readonly number[]): void {
    const show = this.#db.prepare('UPDATE runs SET removed_at = NULL WHERE id = ?')
    for (const runId of runIds) show.run(runId)
  }

  showSweep(sweepId: number): void {
    this.#db.prepare('UPDATE sweeps SET removed_at = NULL WHERE id = ?').run(sweepId)
  }

  /** Lists the runs of a sweep that were hidden together with it, at a moment. */
  hiddenWith(sweepId: number, at: number): number[] {
    const rows = this.#db
      .prepare<[number, number], { id: number }>(
        'SELECT runs.id FROM sweep_runs JOIN runs ON runs.id = sweep_runs.run_id WHERE sweep_runs.sweep_id = ? AND removed_at ' +
          '= ? AND purged_at IS NULL ORDER BY runs.id',
      )
      .all(sweepId, at)
    return rows.map(({ id }) => id)
  }

  /** Lists the runs of a sweep, and whether another sweep holds them too. */
  members(sweepId: number): { id: number; state: RunState; shared: boolean }[] {
    return this.#db
      .prepare<[number, number], { id: number; state: RunState; shared: number }>(
        `SELECT runs.id, runs.state, EXISTS (
           SELECT 1 FROM sweep_runs AS others JOIN sweeps ON sweeps.id = others.sweep_id
           WHERE others.run_id = runs.id AND others.sweep_id <> ? AND sweeps.removed_at IS NULL) AS shared
         FROM sweep_runs JOIN runs ON runs.id = sweep_runs.run_id
         WHERE sweep_runs.sweep_id = ? AND runs.removed_at IS NULL ORDER BY runs.id`,
      )
      .all(sweepId, sweepId)
      .map((row) => ({ ...row, shared: row.shared === 1 }))
  }

  /** Lists runs that were removed before a moment and whose data is still there. */
  due(removedBefore: number): number[] {
    return this.#db
      .prepare<[number], { id: number }>('SELECT id FROM runs WHERE removed_at IS NOT NULL AND removed_at <= ? AND purged_at IS NULL')
      .all(removedBefore)
      .map(({ id }) => id)
  }

  /** Deletes what a run logged; its row stays. */
  purge(runId: number, now: number): void {
    for (const logged of [
      'epochs',
      'epoch_results',
      'last_epochs',
      'results',
      'confusions',
      'step_samples',
      'layer_statistics',
      'checkpoints',
      'events',
    ])
      this.#db.prepare(`DELETE FROM ${logged} WHERE run_id = ?`).run(runId)
    this.#db.prepare('UPDATE runs SET purged_at = ? WHERE id = ?').run(now, runId)
  }
}
