import type { Database } from 'better-sqlite3'
import { SkiplabError } from '../../common/failure.ts'
import type { Template } from '../../common/rpc/templates.ts'
import { type Sweep, sweepSchema } from '../../common/sweep/sweep.ts'

interface TemplateRow {
  id: number
  name: string
  sweep: string
  created_at: number
}

/** Stores sweeps that a person kept to start from. */
export class TemplateTable {
  readonly #db: Database

  constructor(db: Database) {
    this.#db = db
  }

  /** Lists templates, sorted by name. */
  list(): Template[] {
    const rows = this.#db.prepare<[], TemplateRow>('SELECT id, name, sweep, created_at FROM templates ORDER BY name COLLATE NOCASE').all()
    return rows.map(({ id, name, sweep, created_at: createdAt }) => ({ id, name, sweep: sweepSchema.parse(JSON.parse(sweep)), createdAt }))
  }

  /** @throws SkiplabError conflict when the name is taken and not to be replaced */
  save(name: string, sweep: Sweep, replace: boolean, createdAt: number): number {
    const taken = this.#idOf(name)
    if (taken !== null && !replace) throw conflict(name)
    if (taken !== null) this.remove(taken)
    return Number(
      this.#db.prepare('INSERT INTO templates (name, sweep, created_at) VALUES (?, ?, ?)').run(name, JSON.stringify(sweep), createdAt)
        .lastInsertRowid,
    )
  }

  /** @throws SkiplabError not-found, conflict */
  rename(id: number, name: string): void {
    const taken = this.#idOf(name)
    if (taken !== null && taken !== id) throw conflict(name)
    if (this.#db.prepare('UPDATE templates SET name = ? WHERE id = ?').run(name, id).changes === 0) throw missing(id)
  }

  /** @throws SkiplabError not-found */
  remove(id: number): void {
    if (this.#db.prepare('DELETE FROM templates WHERE id = ?').run(id).changes === 0) throw missing(id)
  }

  #idOf(name: string): number | null {
    return this.#db.prepare<[string], { id: number }>('SELECT id FROM templates WHERE name = ?').get(name)?.id ?? null
  }
}

function conflict(name: string): SkiplabError {
  return new SkiplabError('conflict', `There is a template "${name}" already. Choose another name, or replace it.`)
}

function missing(id: number): SkiplabError {
  return new SkiplabError('not-found', `There is no template ${id} in this workspace; somebody may have removed it.`)
}
