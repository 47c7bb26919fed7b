import { buffer } from 'node:stream/consumers'
import { crc32 } from 'node:zlib'
import type { Entry, ZipFile } from 'yauzl'
import { messageOf } from '../../../common/caught.ts'
import { SkiplabError } from '../../../common/failure.ts'
import { fileTrouble, systemCode } from '../../../common/file-trouble.ts'
import { checkEntry, linkTarget } from './entry-path.ts'
import { readName } from './entry-name.ts'
import type { InputFile, InputLimits } from './input-files.ts'

/** File types of Unix in the upper half of an entry's attributes. */
const fileTypeMask = 0o170000
const symbolicLink = 0o120000
const madeByUnix = 3
/** Longer than any path of a file system. */
const longestLink = 4096

/**
 * The files and folders of a zip, in the order of its directory, never unpacked to disk. Names are UTF-8 whether or not the zip says so, as
 * macOS writes them. Symbolic links are named and never followed.
 * @throws SkiplabError bad-input for a damaged or truncated zip, encrypted entries, unknown methods, paths that lead outside, and anything
 * over the limits; always naming the zip and the entry
 */
export async function* zipFiles(archive: string, limits: InputLimits, signal?: AbortSignal): AsyncGenerator<InputFile> {
  const { openPromise } = await import('yauzl')
  const damaged = (error: unknown, where = '') => {
    if (error instanceof SkiplabError) return error
    if (systemCode(error) !== null) return new SkiplabError('bad-input', `${archive} cannot be read: ${fileTrouble(error)}.`)
    return new SkiplabError('bad-input', `${archive} is truncated or damaged${where} (${messageOf(error)}). Nothing was imported.`)
  }
  const zip = await openPromise(archive, { lazyEntries: true, autoClose: false, decodeStrings: false }).catch((error: unknown) => {
    throw damaged(error)
  })
  try {
    if (zip.entryCount > limits.entries)
      throw new SkiplabError('bad-input', `${archive} holds more than ${limits.entries} entries; nothing was imported.`)
    const seen = new Set<string>()
    let totalBytes = 0
    for await (const entry of zip.eachEntry()) {
      signal?.throwIfAborted()
      totalBytes += entry.uncompressedSize
      if (totalBytes > limits.totalBytes)
        throw new SkiplabError('bad-input', `${archive} unpacks to more than ${limits.totalBytes} bytes; nothing was imported.`)
      yield await inputFile(archive, zip, entry, limits, seen, damaged)
    }
  } catch (error) {
    throw signal?.aborted ? signal.reason : damaged(error)
  } finally {
    zip.close()
  }
}

async function inputFile(
  archive: string,
  zip: ZipFile,
  entry: Entry,
  limits: InputLimits,
  seen: Set<string>,
  damaged: (error: unknown, where?: string) => SkiplabError,
): Promise<InputFile> {
  // Windows' own packer wrote backslashes for a while.
  const name = readName(entry.fileNameRaw).replaceAll('\\', '/')
  const folder = name.endsWith('/')
  const path = checkEntry(archive, { name, size: entry.uncompressedSize, folder }, limits, seen)
  const refuse = (why: string) => new SkiplabError('bad-input', `${archive}: ${path} ${why}; nothing was imported.`)
  if (entry.uncompressedSize > limits.ratio * Math.max(entry.compressedSize, 2 ** 10))
    throw refuse(`unpacks to more than ${limits.ratio} times its size, which no image does`)
  const content = async () => {
    if (entry.isEncrypted()) throw refuse('is encrypted. Unpack the zip and give the folder')
    if (entry.compressionMethod !== 0 && entry.compressionMethod !== 8)
      throw refuse(`is packed with method ${entry.compressionMethod}, which is not known here. Unpack the zip and give the folder`)
    const bytes = await zip
      .openReadStreamPromise(entry)
      .then(buffer)
      .catch((error: unknown) => {
        throw damaged(error, `: unpacking stopped in ${path}`)
      })
    if (crc32(bytes) !== entry.crc32) throw damaged(new Error(`its check sum is not the one that the zip tells`), `: ${path}`)
    return bytes
  }
  const attributes = entry.externalFileAttributes >>> 16
  const isLink = entry.versionMadeBy >>> 8 === madeByUnix && (attributes & fileTypeMask) === symbolicLink
  if (folder) return { path, size: 0, otherwise: 'a folder', target: null, content: () => Promise.reject(refuse('is a folder')) }
  if (!isLink) return { path, size: entry.uncompressedSize, otherwise: null, target: null, content }
  const says = entry.uncompressedSize <= longestLink ? readName(await content()) : ''
  const notFollowed = () => Promise.reject(refuse('is a symbolic link, which is not followed'))
  return { path, size: 0, otherwise: 'a symbolic link', target: linkTarget(path, says, 'link'), content: notFollowed }
}
