import { existsSync, mkdirSync, rmdirSync } from 'node:fs'
import { dirname } from 'node:path'

/**
 * Makes a folder and those above it that are missing. Not by `recursive`: below /proc and its like Node asks for the same folder for ever.
 * @returns the folders that were made, the uppermost first
 * @throws the system's error; nothing that was made stays then
 */
export function makeFolder(path: string): string[] {
  if (existsSync(path)) return []
  const made = dirname(path) === path ? [] : makeFolder(dirname(path))
  try {
    mkdirSync(path)
    return [...made, path]
  } catch (error) {
    // Another program may have made it in this moment.
    if (existsSync(path)) return made
    removeMade(made)
    throw error
  }
}

/** Takes folders back that {@link makeFolder} made, as far as nothing lies in them. */
export function removeMade(folders: readonly string[]): void {
  for (const folder of [...folders].reverse()) {
    try {
      rmdirSync(folder)
    } catch {
      return
    }
  }
}
