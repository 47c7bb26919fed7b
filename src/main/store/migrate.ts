import { createHash } from 'node:crypto'
import type { Database } from 'better-sqlite3'
import { messageOf } from '../../common/caught.ts'
import { SkiplabError } from '../../common/failure.ts'
import type { Migration } from './migrations.ts'

interface AppliedRow {
  number: number
  name: string
  checksum: string
}

/**
 * Brings a database to the newest schema, one transaction for each migration.
 * A failing one leaves the database as it was before it.
 * @throws SkiplabError conflict when the database is newer than the program or its history is another one
 */
export function migrate(db: Database, migrations: readonly Migration[]): void {
  db.exec(
    'CREATE TABLE IF NOT EXISTS migrations (number INTEGER PRIMARY KEY, name TEXT NOT NULL, checksum TEXT NOT NULL, ' +
      'applied_at INTEGER NOT NULL) STRICT',
  )
  const applied = db.prepare<[], AppliedRow>('SELECT number, name, checksum FROM migrations ORDER BY number').all()
  for (const [index, row] of applied.entries()) {
    const known = migrations[index]
    if (!known) {
      throw new SkiplabError(
        'conflict',
        `The workspace's database was written by a newer Skiplab (schema ${applied.length}, this one knows ` +
          `${migrations.length}). Update Skiplab to open it.`,
      )
    }
    if (known.number !== row.number || checksum(known) !== row.checksum) {
      throw new SkiplabError(
        'conflict',
        `The workspace's database has another history than this Skiplab: migration ${row.number} (${row.name}) differs. Open ` +
          'it with the Skiplab that wrote it.',
      )
    }
  }
  const record = db.prepare('INSERT INTO migrations (number, name, checksum, applied_at) VALUES (?, ?, ?, ?)')
  for (const migration of migrations.slice(applied.length)) {
    const apply = db.transaction(() => {
      db.exec(migration.sql)
      record.run(migration.number, migration.name, checksum(migration), Date.now())
    })
    try {
      apply.immediate()
    } catch (error) {
      throw new Error(
        `Migration ${migration.number} (${migration.name}) failed, the database is as it was before it: ${messageOf(error)}`,
        { cause: error },
      )
    }
  }
}

function checksum(migration: Migration): string {
  // Line ends may differ between checkouts.
  return createHash('sha256').update(migration.sql.replaceAll('\r\n', '\n')).digest('hex')
}
