import { posix } from 'node:path'
import { SkiplabError } from '../../../common/failure.ts'
import type { InputLimits } from './input-files.ts'

/**
 * The path of an archive's entry, relative and without `.` and `..`.
 * @throws SkiplabError bad-input for one that is absolute, not portable or leads outside, for a file over the limit, and for a path in
 *   `seen`
 */
export function checkEntry(
  archive: string,
  entry: { readonly name: string; readonly size: number; readonly folder: boolean },
  limits: InputLimits,
  seen: Set<string>,
): string {
  const { name, size, folder } = entry
  const refuse = (why: string) => new SkiplabError('bad-input', `${archive}: entry ${JSON.stringify(name)} ${why}; nothing was imported.`)
  if (name.includes('\0') || name.includes('\\') || name.startsWith('/') || /^[a-z]:/i.test(name))
    throw refuse('has a path that is absolute or not portable')
  const parts = name.split('/').filter((part) => part !== '' && part !== '.')
  if (parts.includes('..')) throw refuse('leads outside of the archive')
  if (size > limits.fileBytes) throw refuse(`has ${size} bytes; at most ${limits.fileBytes} are read`)
  const path = parts.join('/')
  if (folder) return path
  if (seen.has(path)) throw refuse('is there twice')
  seen.add(path)
  return path
}

/**
 * What a link in an archive stands for, as a path in the archive; null when that lies outside.
 * @param path of the link
 * @param from `link`: what it says is relative to its folder, as in a symbolic link; `top`: to the archive's top, as in a hard link
 */
export function linkTarget(path: string, says: string, from: 'link' | 'top'): string | null {
  if (says === '' || says.startsWith('/') || says.includes('\0') || says.includes('\\')) return null
  const target = posix.normalize(posix.join(from === 'link' ? posix.dirname(path) : '.', says)).replace(/\/$/, '')
  return target === '..' || target.startsWith('../') ? null : target
}
