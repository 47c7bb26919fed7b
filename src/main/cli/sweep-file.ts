import { closeSync, openSync, readSync } from 'node:fs'
import { z } from 'zod'
import { hasCode, messageOf } from '../../common/caught.ts'
import { SkiplabError } from '../../common/failure.ts'
import { absolutePath } from '../workspace/home-folder.ts'
import { maximumSweepFileBytes, type Sweep } from '../../common/sweep/sweep.ts'
import { baseName, sweepFields, sweepOf } from '../../common/sweep/sweep-text.ts'

/**
 * Reads a sweep from a YAML or JSON file (JSON is YAML) and from options, which win.
 * @param file null when everything comes from options
 * @throws SkiplabError not-found when there is no such file; bad-input with file, line or field and what was expected
 */
export function readSweep(file: string | null, overrides: Readonly<Record<string, unknown>>): Sweep {
  const fromFile = file === null ? {} : sweepFields(readText(file), file)
  const named = file === null ? {} : { name: baseName(file) }
  // Depths are written in one of two ways; an option takes the place of both.
  const { n, depths, ...others } = fromFile
  const given = overrides.depths !== undefined || overrides.n !== undefined
  const written = given ? {} : { ...(n !== undefined && { n }), ...(depths !== undefined && { depths }) }
  // Of settings, those of the file that no option gives stay.
  const settings = z.object({ network: z.record(z.string(), z.unknown()) })
  const [before, over] = [settings.safeParse(others).data?.network, settings.safeParse(overrides).data?.network]
  const network = before && over ? { network: { ...before, ...over } } : {}
  return sweepOf({ ...named, ...others, ...written, ...overrides, ...network }, file ?? 'The sweep')
}

function readText(file: string): string {
  try {
    return beginningOf(file, maximumSweepFileBytes + 1)
  } catch (error) {
    if (error instanceof SkiplabError) throw error
    if (hasCode(error, 'ENOENT')) throw new SkiplabError('not-found', `There is no sweep file "${file}".`)
    throw new SkiplabError(
      'bad-input',
      hasCode(error, 'EISDIR')
        ? `Expected a sweep file; ${file} is a folder.`
        : `The sweep file ${file} cannot be read: ${messageOf(error)}`,
    )
  }
}

/** Reads the beginning of a file and never more, since a device has no end. */
function beginningOf(path: string, bytes: number): string {
  const file = openSync(absolutePath(path), 'r')
  try {
    const text = Buffer.alloc(bytes)
    let length = 0
    for (let read = -1; read !== 0 && length < bytes; length += read) read = readSync(file, text, length, bytes - length, null)
    if (length === bytes) throw new SkiplabError('bad-input', `${path} is no sweep file: it has more than ${maximumSweepFileBytes} bytes.`)
    return text.toString('utf8', 0, length)
  } finally {
    closeSync(file)
  }
}
