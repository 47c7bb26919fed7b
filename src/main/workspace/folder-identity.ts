import { statSync } from 'node:fs'

/**
 * Reads device and inode of a folder or file, links followed: the same by every path that leads to it, another for every copy.
 * @returns null when it is not there
 */
export function folderIdentity(path: string): string | null {
  // As bigint: inodes beyond 2^53, as on overlayfs, would fall together.
  const stat = statSync(path, { throwIfNoEntry: false, bigint: true })
  return stat ? `${stat.dev}:${stat.ino}` : null
}
