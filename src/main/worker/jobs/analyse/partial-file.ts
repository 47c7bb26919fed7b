import { readFileSync, renameSync, writeFileSync } from 'node:fs'
import { hasCode } from '../../../../common/caught.ts'
import type { PartialResult } from './analysis.ts'

/** Keeps what an analysis goes on from in a file, which is replaced by a rename. */
export function partialFile(path: string): PartialResult {
  return {
    read() {
      try {
        return JSON.parse(readFileSync(path, 'utf8')) as unknown
      } catch (error) {
        // What cannot be read is computed again.
        if (hasCode(error, 'ENOENT') || error instanceof SyntaxError) return null
        throw error
      }
    },
    write(value) {
      writeFileSync(`${path}.new`, JSON.stringify(value), { flush: true })
      renameSync(`${path}.new`, path)
    },
  }
}
