import type { Dirent } from 'node:fs'
import { readdir, readFile, realpath, stat } from 'node:fs/promises'
import { relative, sep } from 'node:path'
import { SkiplabError } from '../../../common/failure.ts'
import { fileTrouble } from '../../../common/file-trouble.ts'
import { readName } from './entry-name.ts'
import type { InputFile, InputLimits } from './input-files.ts'

type Child = Dirent<Buffer<ArrayBuffer>>

/**
 * The files and folders under a folder, sorted by path. Links and devices are named and never followed, as in an archive: they may lead
 * anywhere.
 * @throws SkiplabError bad-input for what cannot be read, and for anything over the limits
 */
export async function* folderFiles(root: string, limits: InputLimits, signal?: AbortSignal): AsyncGenerator<InputFile> {
  let entries = 0
  let totalBytes = 0
  yield* walk('', Buffer.from(root))

  /** @param bytes the folder's path as the system has it: names need not be UTF-8 */
  async function* walk(folder: string, bytes: Buffer): AsyncGenerator<InputFile> {
    const names = new Set<string>()
    for (const { child, name } of await listFolder(bytes)) {
      signal?.throwIfAborted()
      const path = folder ? `${folder}/${name}` : name
      const fullPath = below(bytes, child.name)
      if (++entries > limits.entries) throw new SkiplabError('bad-input', `${root} holds more than ${limits.entries} files.`)
      if (names.has(name)) throw new SkiplabError('bad-input', `${shown(fullPath)}: two names in this folder read the same; rename one.`)
      names.add(name)
      if (child.isDirectory()) {
        yield noFile(path, fullPath, 'a folder', null)
        yield* walk(path, fullPath)
      } else if (child.isFile()) yield await regularFile(path, fullPath)
      else if (child.isSymbolicLink()) yield noFile(path, fullPath, 'a symbolic link', await targetOf(fullPath))
      else yield noFile(path, fullPath, 'a device or a pipe', null)
    }
  }

  async function regularFile(path: string, fullPath: Buffer): Promise<InputFile> {
    const { size } = await reading(fullPath, stat(fullPath))
    totalBytes += size
    if (size > limits.fileBytes)
      throw new SkiplabError('bad-input', `${shown(fullPath)} has ${size} bytes; at most ${limits.fileBytes} are read.`)
    if (totalBytes > limits.totalBytes) throw new SkiplabError('bad-input', `${root} holds more than ${limits.totalBytes} bytes.`)
    return { path, size, otherwise: null, target: null, content: () => reading(fullPath, readFile(fullPath)) }
  }

  /** Where a link leads in the end, as a path below the root; null when that is outside or nowhere. */
  async function targetOf(fullPath: Buffer): Promise<string | null> {
    const [top, target] = await Promise.all([realpath(root), realpath(fullPath).catch(() => null)])
    if (target === null || target === top || !target.startsWith(top.endsWith(sep) ? top : top + sep)) return null
    return relative(top, target).split(sep).join('/')
  }
}

function noFile(path: string, fullPath: Buffer, otherwise: string, target: string | null): InputFile {
  return {
    path,
    size: 0,
    otherwise,
    target,
    content: () => Promise.reject(new SkiplabError('bad-input', `${shown(fullPath)} is ${otherwise}, which is not followed.`)),
  }
}

async function listFolder(folder: Buffer): Promise<{ child: Child; name: string }[]> {
  const children = await reading(folder, readdir(folder, { withFileTypes: true, encoding: 'buffer' }))
  return children.map((child) => ({ child, name: readName(child.name) })).sort((a, b) => (a.name < b.name ? -1 : 1))
}

async function reading<T>(fullPath: Buffer, work: Promise<T>): Promise<T> {
  try {
    return await work
  } catch (error) {
    throw new SkiplabError('bad-input', `${shown(fullPath)} cannot be read: ${fileTrouble(error)}.`)
  }
}

function below(folder: Buffer, name: Buffer): Buffer {
  return Buffer.concat([folder, Buffer.from(sep), name])
}

function shown(fullPath: Buffer): string {
  return fullPath.toString('utf8')
}
