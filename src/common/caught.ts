/** Describes what was caught, since anything can be thrown. */
export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}

/** Tells whether an error of the system or of SQLite has one of these codes (`ENOENT`, `SQLITE_FULL`). */
export function hasCode(error: unknown, ...codes: readonly string[]): boolean {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' && codes.includes(error.code)
}

/** Tells whether a write failed because of the state of the database and not because of its data: it may succeed later. */
export function mayBeWrittenLater(error: unknown): boolean {
  return (
    isDiskFull(error) || (error instanceof Error && 'code' in error && typeof error.code === 'string' && passingTrouble.test(error.code))
  )
}

/**
 * Matches codes of errors that may pass. SQLite extends a code by suffixes: `SQLITE_IOERR` stands for `SQLITE_IOERR_FSYNC` and two dozen
 * more.
 */
const passingTrouble = /^SQLITE_(?:BUSY|LOCKED|IOERR|PROTOCOL|NOMEM|CANTOPEN|READONLY|CORRUPT|NOTADB)/

/** Tells whether a disk, or a user's quota, has no room left; SQLite has an error code of its own for it. */
export function isDiskFull(error: unknown): boolean {
  return hasCode(error, 'ENOSPC', 'EDQUOT', 'SQLITE_FULL', 'SQLITE_IOERR_WRITE')
}

/** Tells whether another program locks the database: a database browser, a backup. */
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
