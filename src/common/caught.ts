/** What was caught, in words; anything can be thrown. */
export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}

/** Whether an error of the system or of SQLite bears one of these codes (`ENOENT`, `SQLITE_FULL`). */
export function hasCode(error: unknown, ...codes: readonly string[]): boolean {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' && codes.includes(error.code)
}

/** Whether a write failed for what the database met, not for what was to be written: it may succeed later. */
export function mayBeWrittenLater(error: unknown): boolean {
  return (
    isDiskFull(error) || (error instanceof Error && 'code' in error && typeof error.code === 'string' && passingTrouble.test(error.code))
  )
}

/** With a shorter name SQLite means all that begin so: `SQLITE_IOERR` stands for `SQLITE_IOERR_FSYNC` and two dozen more. */
const passingTrouble = /^SQLITE_(?:BUSY|LOCKED|IOERR|PROTOCOL|NOMEM|CANTOPEN|READONLY|CORRUPT|NOTADB)/

/** Whether a disk, or somebody's share of it, has no room left; SQLite tells it in its own words. */
export function isDiskFull(error: unknown): boolean {
  return hasCode(error, 'ENOSPC', 'EDQUOT', 'SQLITE_FULL', 'SQLITE_IOERR_WRITE')
}

/** Whether another program keeps the database to itself: a browser for databases, a backup. */
export function isDatabaseHeld(error: unknown): boolean {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' && /^SQLITE_(?:BUSY|LOCKED)/.test(error.code)
}

/** @param file path or name of the database */
export function heldDatabase(file: string): string {
  return (
    `The workspace's database ${file} is held by another program, such as a database browser or a backup. Close it there, ` +
    'then try again; nothing was changed.'
  )
}
