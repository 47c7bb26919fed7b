import { lstat, readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { hasCode } from '../../../common/caught.ts'
import type { FileTotals } from '../../../common/records/disk.ts'

export const noFiles: FileTotals = { files: 0, bytes: 0 }

export function addTotals(a: FileTotals, b: FileTotals): FileTotals {
  return { files: a.files + b.files, bytes: a.bytes + b.bytes }
}

export function totalOf(all: readonly FileTotals[]): FileTotals {
  return all.reduce<FileTotals>(addTotals, noFiles)
}

/** Measures a file, or all files below a folder; links are not followed. What is not there, or goes meanwhile, counts nothing. */
export async function totalsBelow(path: string): Promise<FileTotals> {
  const found = await unlessGone(lstat(path))
  if (!found) return noFiles
  if (!found.isDirectory()) return { files: 1, bytes: found.size }
  let total = noFiles
  for (const name of (await unlessGone(readdir(path))) ?? []) total = addTotals(total, await totalsBelow(join(path, name)))
  return total
}

/** Lists what is in a folder; nothing where there is none. */
export async function entriesOf(folder: string): Promise<string[]> {
  return (await unlessGone(readdir(folder))) ?? []
}

async function unlessGone<T>(work: Promise<T>): Promise<T | null> {
  try {
    return await work
  } catch (error) {
    if (hasCode(error, 'ENOENT', 'ENOTDIR')) return null
    throw error
  }
}
