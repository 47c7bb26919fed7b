import { join } from 'node:path'
import BetterSqlite3 from 'better-sqlite3'

/**
 * Keeps a workspace's engine single. The lock is an open exclusive transaction on a tiny database,
 * so the operating system gives it back however the engine ends.
 * @returns a function that gives the lock back, or null when another engine holds it
 */
export function lockWorkspace(folder: string): (() => void) | null {
  const db = new BetterSqlite3(join(folder, 'engine.lock'), { timeout: 0 })
  try {
    db.exec('BEGIN EXCLUSIVE')
    return () => db.close()
  } catch (error) {
    db.close()
    if (error instanceof BetterSqlite3.SqliteError && error.code.startsWith('SQLITE_BUSY')) return null
    throw error
  }
}
