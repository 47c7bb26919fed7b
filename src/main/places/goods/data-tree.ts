import { readdir } from 'node:fs/promises'
import { join, relative, sep } from 'node:path'
import type { Blob, Tree } from '../place.ts'
import type { HashedFiles } from './hashed-files.ts'

/** Lists the files of a stored data set. */
export async function dataTree(folder: string, hashed: HashedFiles): Promise<Tree> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true })
  const files = new Map<string, Blob>()
  for (const file of entries
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .sort())
    files.set(relative(folder, file).split(sep).join('/'), await hashed.blobOf(file))
  return { name: 'data', files }
}
