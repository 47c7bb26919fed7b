import type { Database } from 'better-sqlite3'
import { SkiplabError } from '../../common/failure.ts'
import type { RunState, SweepSummary } from '../../common/records/records.ts'
import { type Sweep, sweepSchema } from '../../common/sweep/sweep.ts'

export class SweepTable {
  readonly #insert
  readonly #addRun
  readonly #list
  readonly #members
  readonly #exists
  readonly #get

  constructor(db: Database) {
    this.#insert = db.prepare<[string, string, number]>('INSERT INTO sweeps (name, sweep, created_at) VALUES (?, ?, ?)')
    this.#addRun = db.prepare<[number, number, number, number]>(
      'INSERT INTO sweep_runs (sweep_id, place, run_id, reused) VALUES (?, ?, ?, ?)',
    )
    this.#list = db.prepare<[], { id: number; name: string; created_at: number }>(
      'SELECT id, name, created_at FROM sweeps WHERE removed_at IS NULL ORDER BY id',
    )
    this.#members = db.prepare<[], { sweep_id: number; run_id: number; state: RunState }>(
      'SELECT sweep_runs.sweep_id, sweep_runs.run_id, runs.state FROM sweep_runs JOIN runs ON runs.id = sweep_runs.run_id ' +
        'WHERE runs.removed_at IS NULL ORDER BY sweep_runs.sweep_id, sweep_runs.place',
    )
    this.#get = db.prepare<[number], { sweep: string }>('SELECT sweep FROM sweeps WHERE id = ? AND removed_at IS NULL')
    this.#exists = db.prepare<[number], { id: number }>('SELECT id FROM sweeps WHERE id = ? AND removed_at IS NULL')
  }

  insert(sweep: Sweep, createdAt: number): number {
    return Number(this.#insert.run(sweep.name, JSON.stringify(sweep), createdAt).lastInsertRowid)
  }

  /** @param position 0-based, in the order of the plan */
  addRun(sweepId: number, position: number, runId: number, reused: boolean): void {
    this.#addRun.run(sweepId, position, runId, reused ? 1 : 0)
  }

  /** Reads the sweep as it was queued. @throws SkiplabError not-found */
  get(sweepId: number): Sweep {
    const row = this.#get.get(sweepId)
    if (!row) throw new SkiplabError('not-found', `There is no sweep ${sweepId} in this workspace.`)
    return sweepSchema.parse(JSON.parse(row.sweep))
  }

  exists(sweepId: number): boolean {
    return this.#exists.get(sweepId) !== undefined
  }

  list(): SweepSummary[] {
    const summaries = new Map<number, SweepSummary>()
    for (const { id, name, created_at: createdAt } of this.#list.all()) summaries.set(id, { id, name, createdAt, runIds: [], states: {} })
    for (const { sweep_id: sweepId, run_id: runId, state } of this.#members.all()) {
      const summary = summaries.get(sweepId)
      if (!summary) continue
      summary.runIds.push(runId)
      summary.states[state] = (summary.states[state] ?? 0) + 1
    }
    return [...summaries.values()]
  }
}
