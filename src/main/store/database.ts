import BetterSqlite3, { type Database } from 'better-sqlite3'
import { hasCode, heldDatabase, isDatabaseHeld, messageOf } from '../../common/caught.ts'
import { SkiplabError } from '../../common/failure.ts'
import { migrate } from './migrate.ts'
import { migrations } from './migrations.ts'

/** Oldest version that is safe: before it a checkpoint of the WAL could race with its reset and lose commits. */
const oldestSqlite = '3.51.3'

/** How much a commit must survive: a crash of the program, or a power cut as well. */
export type Durability = 'program-crash' | 'power-cut'

/** The one connection that writes to a workspace's database. */
export class StoreDatabase {
  readonly db: Database

  /** @param file path of the database, made if there is none; `:memory:` for tests */
  constructor(file: string) {
    this.db = openDatabase(file)
    try {
      const version = this.db.prepare<[], { version: string }>('SELECT sqlite_version() AS version').get()?.version ?? '0'
      if (!atLeast(version, oldestSqlite))
        throw new SkiplabError('unavailable', `SQLite ${version} is too old, ${oldestSqlite} or newer is needed. Reinstall better-sqlite3.`)
      this.db.pragma('journal_mode = WAL')
      this.db.pragma('synchronous = FULL')
      this.db.pragma('foreign_keys = ON')
      migrate(this.db, migrations)
    } catch (error) {
      this.db.close()
      throw unreadable(error, file)
    }
  }

  /** Runs `work` in one `BEGIN IMMEDIATE` transaction; an exception rolls it back. Not to be nested. */
  write<T>(durability: Durability, work: () => T): T {
    if (this.db.inTransaction) throw new Error('a transaction is already open')
    this.db.pragma(`synchronous = ${durability === 'power-cut' ? 'FULL' : 'NORMAL'}`)
    return this.db.transaction(work).immediate()
  }

  close(): void {
    this.db.close()
  }
}

function openDatabase(file: string): Database {
  try {
    return new BetterSqlite3(file, { timeout: 5000 })
  } catch (error) {
    throw unreadable(error, file)
  }
}

/** Says which file could not be read and what to do, since SQLite names neither. */
function unreadable(error: unknown, file: string): unknown {
  if (isDatabaseHeld(error)) return new SkiplabError('unavailable', heldDatabase(file))
  const damaged = hasCode(error, 'SQLITE_NOTADB', 'SQLITE_CORRUPT')
  if (!damaged && !hasCode(error, 'SQLITE_CANTOPEN', 'SQLITE_CANTOPEN_ISDIR')) return error
  const what = damaged ? 'is damaged or no database' : 'cannot be opened'
  return new SkiplabError(
    'unavailable',
    `The workspace's database ${file} ${what} (${messageOf(error)}). Put a copy of it back, or move it away and start ` +
      'anew; it was not changed.',
  )
}

function atLeast(version: string, oldest: string): boolean {
  const have = version.split('.').map(Number)
  const need = oldest.split('.').map(Number)
  for (const [index, number] of need.entries()) {
    const other = have[index] ?? 0
    if (other !== number) return other > number
  }
  return true
}
