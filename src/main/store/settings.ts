import type { Database } from 'better-sqlite3'
import type { z } from 'zod'

/** Stores the settings of this workspace, by name, as JSON. */
export class SettingTable {
  readonly #db: Database

  constructor(db: Database) {
    this.#db = db
  }

  /** @returns `absent` when nothing was set, or what was set no longer fits */
  read<T>(name: string, schema: z.ZodType<T>, absent: T): T {
    const row = this.#db.prepare<[string], { value: string }>('SELECT value FROM settings WHERE name = ?').get(name)
    const parsed = row ? schema.safeParse(JSON.parse(row.value)) : null
    return parsed?.success ? parsed.data : absent
  }

  write(name: string, value: unknown): void {
    this.#db
      .prepare('INSERT INTO settings (name, value) VALUES (?, ?) ON CONFLICT (name) DO UPDATE SET value = excluded.value')
      .run(name, JSON.stringify(value))
  }
}
