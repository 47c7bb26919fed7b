import { randomBytes } from 'node:crypto'
import {
  constants,
  accessSync,
  chmodSync,
  chownSync,
  closeSync,
  lstatSync,
  openSync,
  readlinkSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
  type Stats,
} from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import { hasCode } from '../../common/caught.ts'
import { SkiplabError } from '../../common/failure.ts'
import { fileTrouble } from '../../common/file-trouble.ts'
import { absolutePath } from '../workspace/home-folder.ts'
import { stdoutWasClosed } from './closed-stdout.ts'
import { makeFolder, removeMade } from '../workspace/make-folder.ts'
import type { Context } from './command.ts'

/** Most links that are followed one after the other; systems stop at 40. */
const longestLinkChain = 40
/**
 * Codes of errors after which a file that cannot be replaced may still be written: a folder without write permission, a single file
 * mounted into a container.
 */
const notReplaceable = ['EACCES', 'EPERM', 'EROFS', 'EBUSY', 'EXDEV', 'ENAMETOOLONG']

/**
 * Writes a file whole or leaves it as it was: beside it, then renamed over it. Links are followed, and a file that is there keeps its mode,
 * its owner and its other names. A device or a pipe is written to. Folders above that are missing are made.
 * @param path absolute, relative to the working directory, or below `~`
 * @returns the absolute path, as it was named
 * @throws SkiplabError bad-input when the path cannot be written; what was there is as before
 */
export function writeWholeFile(path: string, content: string | Uint8Array): string {
  if (path === '') throw new SkiplabError('bad-input', 'Expected a file to write; got an empty text.')
  const file = absolutePath(path)
  try {
    if (/[/\\]$/.test(path)) throw new Error('it names a folder; name a file in it')
    const present = statSync(file, { throwIfNoEntry: false })
    if (present?.isDirectory()) throw new Error('it is a folder; name a file in it')
    if (present?.isBlockDevice()) throw new Error('it is a disk, whose contents would be lost')
    // An open file by its number may have another name by now, or none.
    if (present && (!present.isFile() || /^\/(?:dev|proc)\//.test(file))) writeFileSync(file, content)
    else writeRegularFile(followLinks(file), present, content)
    return file
  } catch (error) {
    throw new SkiplabError('bad-input', `${file} cannot be written: ${fileTrouble(error)}.`)
  }
}

/**
 * Does the same under a name that nothing has yet: "curves.svg", else "curves-2.svg" and so on.
 * @param path the first choice
 */
export function writeNewFile(path: string, content: string | Uint8Array): string {
  const [, stem = path, ending = ''] = /^(.*?)(\.[^./\\]*)?$/.exec(path) ?? []
  for (let number = 1; ; number++) {
    const file = number === 1 ? path : `${stem}-${number}${ending}`
    if (!reserve(file)) continue
    try {
      return writeWholeFile(file, content)
    } catch (error) {
      rmSync(file, { force: true })
      throw error
    }
  }
}

/** Makes the path of an export for which no file was named: in the workspace's folder for exports, with the time in its name. */
export function exportPath(context: Context, name: string, extension: string, now = new Date()): string {
  const time = now.toISOString().slice(0, 19).replace('T', '-').replaceAll(':', '')
  return join(context.workspace, 'exports', `${name}-${time}.${extension}`)
}

/**
 * Writes an export where `--output` says: to a file, to stdout for "-", by default to a new file.
 * @returns the file, null for stdout
 * @throws SkiplabError bad-input for "-" beside --json or with stdout closed, or when the path cannot be written
 */
export function writeOutput(
  context: Context,
  output: string | undefined,
  defaultPath: () => string,
  content: string | Uint8Array,
): string | null {
  if (output === undefined) return writeNewFile(defaultPath(), content)
  if (!['-', '/dev/stdout', '/dev/fd/1', '/proc/self/fd/1'].includes(output)) return writeWholeFile(output, content)
  if (context.output.json) throw new SkiplabError('bad-input', 'With --json, stdout is for JSON: name a file with --output.')
  if (stdoutWasClosed())
    throw new SkiplabError('bad-input', 'stdout is closed, so nothing can be written to it: name a file with --output.')
  process.stdout.write(content)
  return null
}

/** Makes an empty file. @returns false when there is one of that name */
function reserve(file: string): boolean {
  try {
    makeFolder(dirname(file))
    closeSync(openSync(file, 'wx'))
    return true
  } catch (error) {
    if (hasCode(error, 'EEXIST') && lstatSync(file, { throwIfNoEntry: false })) return false
    throw new SkiplabError('bad-input', `${file} cannot be written: ${fileTrouble(error)}.`)
  }
}

function writeRegularFile(file: string, present: Stats | undefined, content: string | Uint8Array): void {
  if (present) requireWritable(file, present)
  // Names that a rename would part from this one.
  if (present && present.nlink > 1) return writeFileSync(file, content)
  const made = makeFolder(dirname(file))
  try {
    replace(file, present, content)
  } catch (error) {
    if (present && hasCode(error, ...notReplaceable)) return writeFileSync(file, content)
    removeMade(made)
    throw error
  }
}

function replace(file: string, present: Stats | undefined, content: string | Uint8Array): void {
  // Short, whatever the file's own name is: it may already be as long as names can be.
  const temporary = join(dirname(file), `.skiplab-${process.pid}-${randomBytes(4).toString('hex')}.part`)
  try {
    writeFileSync(temporary, content, { flag: 'wx' })
    if (present) keepOwnership(temporary, present)
    renameSync(temporary, file)
  } catch (error) {
    rmSync(temporary, { force: true })
    throw error
  }
}

function keepOwnership(file: string, { uid, gid, mode }: Stats): void {
  const own = statSync(file)
  // An owner that cannot be kept: the caller writes into the file that is there instead.
  if (own.uid !== uid || own.gid !== gid) chownSync(file, uid, gid)
  chmodSync(file, mode & 0o7777)
}

/** Refuses a file that nobody may write to: root could write to it, but it is meant to stay. */
function requireWritable(file: string, { mode }: Stats): void {
  if (process.platform !== 'win32' && (mode & 0o222) === 0) throw new Error('it is read-only')
  accessSync(file, constants.W_OK)
}

/** Finds the file that a chain of links ends at, which need not exist. */
function followLinks(file: string): string {
  let at = file
  for (let links = 0; links < longestLinkChain; links++) {
    if (!lstatSync(at, { throwIfNoEntry: false })?.isSymbolicLink()) return at
    at = resolve(dirname(at), readlinkSync(at))
  }
  throw new Error('its links lead in a circle')
}
