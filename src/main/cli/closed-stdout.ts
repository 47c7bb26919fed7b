import { constants, fstatSync, readFileSync, statSync } from 'node:fs'

/**
 * Whether stdout was closed when the program started (`>&-`). Node then opens the null device for reading and writing in its place, whereas
 * `> /dev/null` of a shell opens it for writing only. A program that hands down a null device of its own for reading and writing looks
 * like the former. Known on Linux only; false elsewhere.
 */
export function stdoutWasClosed(): boolean {
  try {
    if (fstatSync(1).rdev !== statSync('/dev/null').rdev || !fstatSync(1).isCharacterDevice()) return false
    const flags = /^flags:\s*([0-7]+)$/m.exec(readFileSync('/proc/self/fdinfo/1', 'utf8'))?.[1]
    return flags !== undefined && (parseInt(flags, 8) & constants.O_RDWR) !== 0
  } catch {
    return false
  }
}
