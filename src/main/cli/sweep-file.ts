import { readFileSync } from 'node:fs'
import { hasCode, messageOf } from '../../common/caught.ts'
import { SkiplabError } from '../../common/rpc/failure.ts'
import type { Sweep } from '../../common/sweep/sweep.ts'
import { baseName, recordOf, sweepFields, sweepOf } from '../../common/sweep/sweep-text.ts'

/**
 * A sweep from a YAML or JSON file (JSON is YAML) and from options, which win.
 * @param file null when everything comes from options
 * @throws SkiplabError not-found when there is no such file; bad-input with file, line or field and what was expected
 */
export function readSweep(file: string | null, overrides: Readonly<Record<string, unknown>>): Sweep {
  const fromFile = file === null ? {} : sweepFields(readText(file), file)
  const set = { ...recordOf(fromFile.set), ...recordOf(overrides.set) }
  const named = file === null ? {} : { name: baseName(file) }
  const fields = { ...named, ...fromFile, ...overrides, set }
  return sweepOf(fields, file ?? 'The sweep')
}

function readText(file: string): string {
  try {
    return readFileSync(file, 'utf8')
  } catch (error) {
    const missing = hasCode(error, 'ENOENT')
    throw new SkiplabError(missing ? 'not-found' : 'bad-input', missing ? `There is no sweep file ${file}.` : `The sweep file ${file} cannot be read: ${messageOf(error)}`)
  }
}
