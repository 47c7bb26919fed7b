import { readdirSync } from 'node:fs'
import { join } from 'node:path'

export const sourceFolder = join(import.meta.dirname, '..', '..', 'src')

/** All TypeScript and Vue files below a folder, as absolute paths. */
export function sourceFiles(folder: string = sourceFolder): string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && /\.(ts|vue)$/.test(entry.name))
    .map((entry) => join(entry.parentPath, entry.name))
}
