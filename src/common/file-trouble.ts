import { hasCode, messageOf } from './caught.ts'

const words: Readonly<Record<string, string>> = {
  EACCES: 'permission denied',
  EPERM: 'the system does not allow it',
  EROFS: 'the file system is read-only',
  ENOSPC: 'the disk is full',
  EDQUOT: 'your share of the disk is full',
  ENAMETOOLONG: 'its name is too long; most file systems take 255 bytes',
  ENOTDIR: 'a part of the path is a file, not a folder',
  ELOOP: 'its links lead in a circle',
  ENXIO: 'it is a socket or a device that is not there',
  EPIPE: 'the reader of the pipe has gone',
  EFBIG: 'it would be larger than the system allows',
  ETXTBSY: 'it is a program that is running',
  ENOENT: 'there is no such place',
  EIO: 'the disk or the network drive does not answer',
  ESTALE: 'the network drive has lost it',
  ENOTCONN: 'the network drive is not connected',
  EMFILE: 'too many files are open',
  ENFILE: 'too many files are open on this machine',
}

/** Why the system did not let us at a file, for the end of a sentence: "permission denied (EACCES)". */
export function fileTrouble(error: unknown): string {
  const code = systemCode(error)
  return code === null ? messageOf(error) : `${words[code]} (${code})`
}

/** The code of an error of the system about a file, whatever program met it; null for any other error. */
export function systemCode(error: unknown): string | null {
  return Object.keys(words).find((known) => hasCode(error, known)) ?? null
}
