import { mkdirSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import { messageOf } from '../../common/caught.ts'
import { SkiplabError } from '../../common/failure.ts'
import type { Context } from './command.ts'

/**
 * Writes a whole file or nothing: beside, then renamed over.
 * @returns the absolute path
 * @throws SkiplabError bad-input when the place cannot be written
 */
export function writeWholeFile(path: string, content: string | Uint8Array): string {
  const file = resolve(path)
  if (statSync(file, { throwIfNoEntry: false })?.isDirectory()) throw new SkiplabError('bad-input', `${file} is a folder; name a file.`)
  const temporary = `${file}.${process.pid}.part`
  try {
    mkdirSync(dirname(file), { recursive: true })
    writeFileSync(temporary, content)
    renameSync(temporary, file)
    return file
  } catch (error) {
    rmSync(temporary, { force: true })
    throw new SkiplabError('bad-input', `${file} cannot be written: ${messageOf(error)}`)
  }
}

/** Where an export goes that names no file: the workspace's folder for that, told apart by the time. */
export function exportPath(context: Context, name: string, extension: string, now = new Date()): string {
  const time = now.toISOString().slice(0, 19).replace('T', '-').replaceAll(':', '')
  return join(context.workspace, 'exports', `${name}-${time}.${extension}`)
}

/**
 * Writes an export where `--output` says: to a file, to stdout for "-", by default to a new file.
 * @returns the file, null for stdout
 * @throws SkiplabError bad-input for "-" beside --json, or when the place cannot be written
 */
export function writeOutput(context: Context, output: string | undefined, defaultPath: () => string, content: string | Uint8Array): string | null {
  if (output !== '-') return writeWholeFile(output ?? defaultPath(), content)
  if (context.output.json) throw new SkiplabError('bad-input', 'With --json, stdout is for JSON: name a file with --output.')
  process.stdout.write(content)
  return null
}
