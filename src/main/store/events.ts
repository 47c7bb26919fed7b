import type { Database } from 'better-sqlite3'
import type { RunEvent } from '../../common/records/records.ts'

export class EventTable {
  readonly #insert
  readonly #ofRun
  readonly #all

  constructor(db: Database) {
    const columns = 'id, run_id AS runId, at, level, kind, message'
    this.#insert = db.prepare<[number | null, number, string, string, string], RunEvent>(
      `INSERT INTO events (run_id, at, level, kind, message) VALUES (?, ?, ?, ?, ?) RETURNING ${columns}`,
    )
    this.#ofRun = db.prepare<[number, number], RunEvent>(`SELECT ${columns} FROM events WHERE run_id = ? ORDER BY id DESC LIMIT ?`)
    this.#all = db.prepare<[number], RunEvent>(`SELECT ${columns} FROM events ORDER BY id DESC LIMIT ?`)
  }

  insert(event: Omit<RunEvent, 'id'>): RunEvent {
    const row = this.#insert.get(event.runId, event.at, event.level, event.kind, event.message)
    if (!row) throw new Error('event not stored')
    return row
  }

  /** The latest `limit` events, oldest first. */
  latest(runId: number | null, limit: number): RunEvent[] {
    const rows = runId === null ? this.#all.all(limit) : this.#ofRun.all(runId, limit)
    return rows.reverse()
  }
}
