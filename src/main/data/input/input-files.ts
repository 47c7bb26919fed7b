import { stat } from 'node:fs/promises'
import { hasCode } from '../../../common/caught.ts'
import { SkiplabError } from '../../../common/failure.ts'
import { fileTrouble } from '../../../common/file-trouble.ts'
import { archiveFiles } from './archive-files.ts'
import { folderFiles } from './folder-files.ts'

/** One file of an archive or a folder, or a folder, link or device there. */
export interface InputFile {
  /** Relative, `/` between parts, checked: no `..`, not absolute. */
  readonly path: string
  readonly size: number
  /** "a symbolic link" for what is no regular file; it is never followed, and its content cannot be had. */
  readonly otherwise: string | null
  /** Path of the file or folder in this input that a link stands for; null where that lies outside, and for what is no link. */
  readonly target: string | null
  /** Reads the whole content; call it before the next file is taken. Files that are not read are skipped. */
  readonly content: () => Promise<Buffer>
}

/** Limits of what an import may take; generous for real data sets, too small for decompression bombs. */
export const inputLimits = {
  entries: 5_000_000,
  fileBytes: 256 * 2 ** 20,
  totalBytes: 2 ** 41,
  /** Unpacked bytes per packed byte, looked at once the first MiB is unpacked. */
  ratio: 100,
} as const
export type InputLimits = { readonly [K in keyof typeof inputLimits]: number }

/** An archive or a folder that can be read through as often as wanted, without anything being unpacked to disk. */
export interface Input {
  readonly location: string
  readonly kind: 'archive' | 'folder'
  /** Files, links and devices. */
  readonly files: (signal?: AbortSignal) => AsyncIterable<InputFile>
  /** The same with folders, so that empty ones are seen. */
  readonly entries: (signal?: AbortSignal) => AsyncIterable<InputFile>
}

/** @throws SkiplabError not-found when nothing is there */
export async function openInput(location: string, limits: InputLimits = inputLimits): Promise<Input> {
  const found = await stat(location).catch((error: unknown) => {
    if (!hasCode(error, 'ENOENT')) throw new SkiplabError('bad-input', `${location} cannot be read: ${fileTrouble(error)}.`)
    throw new SkiplabError('not-found', `Nothing at ${location}: expected an archive (tar, tar.gz, tar.xz, zip) or a folder.`)
  })
  const walk = found.isDirectory() ? folderFiles : found.isFile() ? archiveFiles : null
  if (walk)
    return {
      location,
      kind: found.isDirectory() ? 'folder' : 'archive',
      files: (signal) => withoutFolders(walk(location, limits, signal)),
      entries: (signal) => walk(location, limits, signal),
    }
  throw new SkiplabError(
    'bad-input',
    `${location} is neither a file nor a folder; expected an archive (tar, tar.gz, tar.xz, zip) or a folder.`,
  )
}

async function* withoutFolders(entries: AsyncIterable<InputFile>): AsyncGenerator<InputFile> {
  for await (const entry of entries) if (entry.otherwise !== 'a folder') yield entry
}
