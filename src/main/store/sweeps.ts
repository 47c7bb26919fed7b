import type { Database } from 'better-sqlite3'
import { SkiplabError } from '../../common/failure.ts'
import type { RunState, SweepSummary } from '../../common/records/records.ts'
import { askedQuestion, type Question } from '../../common/sweep/question.ts'
import { type Sweep, sweepSchema } from '../../common/sweep/sweep.ts'

export class SweepTable {
  readonly #insert
  readonly #addRun
  readonly #list
  readonly #members
  readonly #exists
  readonly #get
  readonly #setSweep

  constructor(db: Database) {
    this.#insert = db.prepare<[string, string, number]>('INSERT INTO sweeps (name, sweep, created_at) VALUES (?, ?, ?)')
    this.#addRun = db.prepare<[number, number, number, number]>(
      'INSERT INTO sweep_runs (sweep_id, place, run_id, reused) VALUES (?, ?, ?, ?)',
    )
    this.#setSweep = db.prepare<[string, number]>('UPDATE sweeps SET sweep = ? WHERE id = ?')
    this.#list = db.prepare<[], { id: number; name: string; created_at: number; asking: string | null }>(
      "SELECT id, name, created_at, CASE WHEN json_extract(sweep, '$.question') IS NULL THEN NULL ELSE sweep END AS asking " +
        'FROM sweeps WHERE removed_at IS NULL ORDER BY id',
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

  /** Replaces what a sweep asks; its runs stay as they are. @throws SkiplabError not-found */
  setQuestion(sweepId: number, question: Question | null): void {
    const { question: _before, ...sweep } = this.get(sweepId)
    this.#setSweep.run(JSON.stringify(sweepSchema.parse(question ? { ...sweep, question } : sweep)), sweepId)
  }

  exists(sweepId: number): boolean {
    return this.#exists.get(sweepId) !== undefined
  }

  list(): SweepSummary[] {
    const summaries = new Map<number, SweepSummary>()
    for (const { id, name, created_at: createdAt, asking } of this.#list.all()) {
      const question = asking === null ? null : askedQuestion(sweepSchema.parse(JSON.parse(asking)))
      summaries.set(id, { id, name, createdAt, runIds: [], states: {}, ...(question && { question }) })
    }
    for (const { sweep_id: sweepId, run_id: runId, state } of this.#members.all()) {
      const summary = summaries.get(sweepId)
      if (!summary) continue
      summary.runIds.push(runId)
      summary.states[state] = (summary.states[state] ?? 0) + 1
    }
    return [...summaries.values()]
  }
}
