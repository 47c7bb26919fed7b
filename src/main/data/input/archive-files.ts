import { createReadStream } from 'node:fs'
import type { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { createGunzip } from 'node:zlib'
import { extract } from 'tar-stream'
import { messageOf } from '../../../common/caught.ts'
import { SkiplabError } from '../../../common/failure.ts'
import { fileTrouble, systemCode } from '../../../common/file-trouble.ts'
import { fromLatin1 } from './entry-name.ts'
import { checkEntry, linkTarget } from './entry-path.ts'
import type { InputFile, InputLimits } from './input-files.ts'
import { detectPacking, isTarBlock, nameOf, type Packing } from './packing.ts'

type TarPacking = Exclude<Packing, 'zip'>
type Entry = ReturnType<typeof extract> extends AsyncIterable<infer E> ? E : never
const ratioGraceBytes = 2 ** 20
/** Reads names as bytes and accepts forms older than ustar, which have no magic number. The declarations lack these options. */
const readAnyTar = { filenameEncoding: 'latin1', allowUnknownFormat: true } as Parameters<typeof extract>[0]

/** What a tar holds besides files and folders, in words. */
const otherTypes: Readonly<Record<string, string>> = {
  symlink: 'a symbolic link',
  link: 'a hard link',
  'character-device': 'a device',
  'block-device': 'a device',
  fifo: 'a pipe',
}

/**
 * The files and folders of a tar, tar.gz or tar.xz, in the archive's order, never unpacked to disk. Told apart by content. Links and
 * devices are named and never followed.
 * @throws SkiplabError bad-input for a damaged or truncated archive, paths that lead outside, and anything over the limits;
 * always naming the archive, and the entry and the offset in the unpacked archive where there is one
 */
export async function* archiveFiles(archive: string, limits: InputLimits, signal?: AbortSignal): AsyncGenerator<InputFile> {
  const packing = await detectPacking(archive)
  if (packing === 'zip') {
    const { zipFiles } = await import('./zip-files.ts')
    yield* zipFiles(archive, limits, signal)
    return
  }
  const progress = { packed: 0, unpacked: 0, entries: 0, entry: 'the first entry' }
  const entries = extract(readAnyTar)
  const flow = pipeline(unpacked(archive, packing, limits, progress), entries, signal ? { signal } : {})
  // A failure of the flow also reaches the loop below, which reports it.
  flow.catch(() => undefined)
  const seen = new Set<string>()
  try {
    for await (const entry of entries) {
      if (++progress.entries > limits.entries)
        throw new SkiplabError('bad-input', `${archive} holds more than ${limits.entries} entries; nothing was imported.`)
      const file = describeEntry(archive, entry, limits, seen)
      if (file.path !== '') {
        progress.entry = file.path
        const content = async () => {
          if (file.otherwise !== null)
            throw new SkiplabError('bad-input', `${archive}: ${file.path} is ${file.otherwise}, which is not followed.`)
          const parts: Buffer[] = []
          try {
            // The types do not say that tar streams carry buffers.
            for await (const part of entry as AsyncIterable<Buffer>) parts.push(part)
          } catch (error) {
            throw explain(error)
          }
          return Buffer.concat(parts)
        }
        yield { ...file, content }
      }
      entry.resume()
    }
    await flow
  } catch (error) {
    throw explain(error)
  } finally {
    entries.destroy()
  }

  function explain(error: unknown): unknown {
    if (error instanceof SkiplabError) return error
    if (signal?.aborted) return signal.reason
    if (systemCode(error) !== null) return new SkiplabError('bad-input', `${archive} cannot be read: ${fileTrouble(error)}.`)
    const reason = messageOf(error)
    return new SkiplabError(
      'bad-input',
      `${archive} is truncated or damaged: unpacking stopped at offset ${progress.unpacked} of the unpacked tar, in or after ` +
        `${progress.entry} (${reason}).`,
    )
  }
}

function describeEntry(archive: string, entry: Entry, limits: InputLimits, seen: Set<string>): Omit<InputFile, 'content'> {
  const { type, size, linkname } = entry.header
  const folder = type === 'directory'
  const path = checkEntry(archive, { name: fromLatin1(entry.header.name), size, folder }, limits, seen)
  if (folder) return { path, size: 0, otherwise: 'a folder', target: null }
  if (type === 'file' || type === 'contiguous-file') return { path, size, otherwise: null, target: null }
  const says = fromLatin1(linkname ?? '')
  const target = type === 'symlink' ? linkTarget(path, says, 'link') : type === 'link' ? linkTarget(path, says, 'top') : null
  return { path, size, otherwise: otherTypes[type] ?? 'no plain file', target }
}

/** Unpacks the tar's bytes and stops at a decompression bomb. */
async function* unpacked(
  archive: string,
  packing: TarPacking,
  limits: InputLimits,
  progress: { packed: number; unpacked: number },
): AsyncGenerator<Uint8Array> {
  const packed = createReadStream(archive)
  const stream =
    packing === 'gzip'
      ? gunzip(packed, progress)
      : packing === 'xz'
        ? await unxz(counted(packed, progress), archive)
        : counted(packed, progress)
  let head = Buffer.alloc(0)
  try {
    for await (const chunk of stream) {
      if (progress.unpacked < 512 && packing !== 'none') head = requireTar(archive, packing, Buffer.concat([head, chunk]))
      progress.unpacked += chunk.length
      if (progress.unpacked > limits.totalBytes)
        throw new SkiplabError('bad-input', `${archive} unpacks to more than ${limits.totalBytes} bytes; nothing was imported.`)
      if (progress.unpacked > ratioGraceBytes && progress.unpacked > limits.ratio * progress.packed) {
        throw new SkiplabError(
          'bad-input',
          `${archive} unpacks to more than ${limits.ratio} times its size, which no archive of images does; nothing was imported.`,
        )
      }
      yield chunk
    }
  } finally {
    packed.destroy()
  }
}

/** Checks that what was packed is a tar, and not an image or a zip. @returns the first block as far as it came */
function requireTar(archive: string, packing: TarPacking, head: Buffer): Buffer<ArrayBuffer> {
  if (head.length >= 512 && !isTarBlock(head.subarray(0, 512))) {
    throw new SkiplabError(
      'bad-input',
      `${archive} is ${packing === 'xz' ? 'an xz' : 'a gzip'} of no tar, or its start is damaged: expected a tar in it, got ` +
        `${nameOf(head)}. If it is one file, unpack it.`,
    )
  }
  return Buffer.from(head.subarray(0, 512))
}

/** Not by listening: a stream that is listened to flows, whether or not its reader is there yet. */
async function* counted(packed: Readable, progress: { packed: number }): AsyncGenerator<Buffer> {
  // A file stream's type allows for text.
  for await (const chunk of packed as AsyncIterable<Buffer>) {
    progress.packed += chunk.length
    yield chunk
  }
}

async function* gunzip(packed: Readable, progress: { packed: number }): AsyncGenerator<Buffer> {
  const gunzip = createGunzip()
  packed.on('error', (error) => gunzip.destroy(error))
  packed.on('data', (chunk: Buffer) => (progress.packed += chunk.length))
  yield* packed.pipe(gunzip)
}

/** Loads the decoder when it is needed: it is large and seldom used. */
async function unxz(packed: AsyncIterable<Buffer>, archive: string): Promise<AsyncGenerator<Buffer>> {
  const { unxz } = await import('./unxz.ts')
  return unxz(packed, archive)
}
