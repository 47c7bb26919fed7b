// Errors of the file system, in words.
import { accessFix, cacheRoot, spaceFix } from './cache.mjs'
import { SetupProblem } from './problem.mjs'

const reasons = {
  EACCES: 'permission is denied',
  EPERM: 'this is not permitted',
  EROFS: 'the file system is read-only',
  ENOTDIR: 'a part of the path is a file',
  ENOSPC: 'the disk is full',
  EDQUOT: 'the disk quota is used up',
}

/** A file system's refusal as a problem with its fix; every other error as it is. */
export function asProblem(error) {
  const reason = reasons[error?.code]
  if (!reason) return error
  if (error.syscall?.startsWith('spawn'))
    return new SetupProblem(`${error.path} cannot be run: ${reason}.`, `allow it (chmod +x ${error.path}) or name another program.`)
  // A full disk names no path.
  const path = error.dest ?? error.path ?? cacheRoot()
  const isFull = error.code === 'ENOSPC' || error.code === 'EDQUOT'
  return new SetupProblem(`${path} cannot be written: ${reason}.`, isFull ? spaceFix(path) : accessFix(path))
}
