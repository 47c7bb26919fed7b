import type { Database } from 'better-sqlite3'
import type { Device } from '../../common/device.ts'

/** Finds the row of a device, which is made where there is none. */
export function deviceIdOf(db: Database, { kind, name, threads, precision }: Device): number {
  db.prepare('INSERT OR IGNORE INTO devices (kind, name, threads, precision) VALUES (?, ?, ?, ?)').run(kind, name, threads, precision)
  const row = db
    .prepare<unknown[], { id: number }>('SELECT id FROM devices WHERE kind = ? AND name = ? AND threads = ? AND precision = ?')
    .get(kind, name, threads, precision)
  if (!row) throw new Error('device not stored')
  return row.id
}
