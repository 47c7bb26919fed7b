import { existsSync } from 'node:fs'
import { mkdir, open, rename, rm, rmdir, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { hasCode, isDiskFull } from '../../../common/caught.ts'
import { datasetNameSchema } from '../../../common/data/dataset.ts'
import { SkiplabError } from '../../../common/failure.ts'
import type { DatasetProgress } from '../../../common/records/records.ts'
import { hashFile } from '../stored/hash-file.ts'

export interface DownloadSource {
  readonly url: string
  readonly md5: string
  /** Name of the file while it lies in `datasets/.downloads/<data set>/`. */
  readonly fileName: string
  /** Pause before a broken connection is tried again; grows with every try without a byte. */
  readonly retryPauseMs?: number
  /** How long a connection may be silent before it is given up. */
  readonly silenceMs?: number
}

interface DownloadOptions {
  readonly datasetsFolder: string
  /** Name under which the data set will be stored: no other has its folder of downloads. */
  readonly name: string
  readonly signal?: AbortSignal | undefined
  readonly onProgress: (progress: Omit<DatasetProgress, 'dataset'>) => void
}

const triesWithoutProgress = 5
const maximumBytes = 4 * 2 ** 30

/**
 * Fetches a file into `datasets/.downloads/<data set>/`, going on where an earlier try, of this or an earlier call, has stopped
 * (HTTP Range). The part is kept when the network fails or the call is aborted, since it is what the next call goes on from; it
 * goes when its checksum is wrong, or by `discard` once it has been imported.
 * @throws SkiplabError unavailable (network, wrong checksum); the signal's reason when aborted
 */
export async function download(source: DownloadSource, options: DownloadOptions): Promise<{ path: string; discard: () => Promise<void> }> {
  requireUsableProxy(source.url)
  const { datasetsFolder, name, signal } = options
  const folder = downloadsFolder(datasetsFolder, name)
  const path = join(folder, source.fileName)
  await takeOldPart(datasetsFolder, folder, source.fileName)
  let idleTries = 0
  for (;;) {
    const before = await sizeOf(path)
    try {
      // Anew for each try: whoever cleared the folder away meanwhile costs a part, not the download.
      await mkdir(folder, { recursive: true })
      await fetchRest(source, path, before, options)
      break
    } catch (error) {
      signal?.throwIfAborted()
      if (error instanceof SkiplabError || isDiskFull(error)) throw error
      idleTries = (await sizeOf(path)) > before ? 0 : idleTries + 1
      if (idleTries >= triesWithoutProgress) {
        throw new SkiplabError(
          'unavailable',
          `Cannot download ${source.url}: ${reasonOf(error)}. Try again to go on from ${await sizeOf(path)} bytes, or download ` +
            "it elsewhere and give the file's path.",
        )
      }
      await pause((source.retryPauseMs ?? 1000) * 2 ** idleTries, undefined, signal ? { signal } : {})
    }
  }
  const md5 = await hashFile(path, 'md5', signal)
  if (md5 !== source.md5) {
    await rm(path, { force: true })
    await removeIfEmpty(folder)
    await removeIfEmpty(allDownloads(datasetsFolder))
    throw new SkiplabError(
      'unavailable',
      `${source.url}: what came has MD5 ${md5}, expected ${source.md5}; it was thrown away. Try again, or download it ` +
        "elsewhere and give the file's path.",
    )
  }
  return { path, discard: async () => void (await discardDownloads(datasetsFolder, name)) }
}

/** Removes what the download of one data set has fetched, when nobody wants to go on with it. @returns whether there was anything */
export async function discardDownloads(datasetsFolder: string, name: string): Promise<boolean> {
  if (!datasetNameSchema.safeParse(name).success) return false
  const folder = downloadsFolder(datasetsFolder, name)
  const wasThere = existsSync(folder)
  await rm(folder, { recursive: true, force: true })
  await removeIfEmpty(allDownloads(datasetsFolder))
  return wasThere
}

const allDownloads = (datasetsFolder: string) => join(datasetsFolder, '.downloads')
const downloadsFolder = (datasetsFolder: string, name: string) => join(allDownloads(datasetsFolder), name)

/** Takes over a part that an earlier version left beside those of all other data sets. */
async function takeOldPart(datasetsFolder: string, folder: string, fileName: string): Promise<void> {
  const old = join(allDownloads(datasetsFolder), fileName)
  const path = join(folder, fileName)
  if ((await sizeOf(old)) <= (await sizeOf(path))) return
  await mkdir(folder, { recursive: true })
  await rename(old, path).catch((error: unknown) => {
    // Another data set of the same archive was quicker.
    if (!hasCode(error, 'ENOENT')) throw error
  })
}

async function removeIfEmpty(folder: string): Promise<void> {
  await rmdir(folder).catch((error: unknown) => {
    if (!hasCode(error, 'ENOENT', 'ENOTEMPTY', 'EEXIST')) throw error
  })
}

async function fetchRest(source: DownloadSource, path: string, have: number, { signal, onProgress }: DownloadOptions): Promise<void> {
  const silence = new AbortController()
  const silenceMs = source.silenceMs ?? 30_000
  const giveUp = () => silence.abort(new Error(`the server was silent for ${Math.round(silenceMs / 1000)} s`))
  let timer = setTimeout(giveUp, silenceMs)
  try {
    const response = await fetch(source.url, {
      headers: have > 0 ? { range: `bytes=${have}-` } : {},
      signal: signal ? AbortSignal.any([signal, silence.signal]) : silence.signal,
    })
    // 416: nothing is left to come. The checksum tells whether that is so.
    if (response.status === 416 && have > 0) {
      await response.body?.cancel()
      return
    }
    const continued = response.status === 206 && startOf(response) === have
    if (!response.body || (response.status !== 200 && !continued)) {
      await response.body?.cancel()
      throw new Error(`the server answered ${response.status} ${response.statusText}`)
    }
    let done = continued ? have : 0
    const length = Number(response.headers.get('content-length') ?? NaN)
    const total = Number.isFinite(length) ? done + length : null
    const file = await open(path, continued ? 'a' : 'w')
    try {
      // A body's type does not say what it is a stream of.
      for await (const chunk of response.body as AsyncIterable<Uint8Array>) {
        clearTimeout(timer)
        timer = setTimeout(giveUp, silenceMs)
        await file.writeFile(chunk)
        done += chunk.length
        if (done > maximumBytes)
          throw new SkiplabError('unavailable', `${source.url} sends more than ${maximumBytes} bytes, which the data set does not have.`)
        onProgress({ step: 'downloading', done, total, unit: 'bytes' })
      }
      await file.sync()
    } finally {
      await file.close()
    }
    if (total !== null && done < total) throw new Error(`the connection ended after ${done} of ${total} bytes`)
    if ((await sizeOf(path)) < done) throw new Error(`${path} was cleared away while it was written`)
  } finally {
    clearTimeout(timer)
  }
}

/** Reads the first byte's offset of a partial answer, from `Content-Range: bytes 100-199/200`. */
const startOf = (response: Response) => Number(/^bytes (\d+)-/.exec(response.headers.get('content-range') ?? '')?.[1] ?? NaN)

/** Of a file; 0 for what is none. */
const sizeOf = (path: string) =>
  stat(path).then(
    (found) => (found.isFile() ? found.size : 0),
    () => 0,
  )

/** Refuses a proxy that cannot be used instead of going around it: the network may not allow that. */
function requireUsableProxy(url: string): void {
  const { SKIPLAB_UNUSABLE_PROXY: proxy, NODE_USE_ENV_PROXY: heeded } = process.env
  if (!proxy || heeded === '0' || !url.startsWith('https:')) return
  const advice =
    'Name one, unset the variable, or set NODE_USE_ENV_PROXY=0 to go without; then end the engine (npx skiplab engine ' +
    'stop), which keeps the variables of the command that started it, and try again.'
  throw new SkiplabError(
    'unavailable',
    `Cannot download ${url}: the environment says ${proxy}, which names no HTTP proxy such as http://proxy:3128. ${advice}`,
  )
}

/** Says what helps where a network's own certificate authority signs for all servers. */
function certificateAdvice(cause: unknown): string {
  if (
    !hasCode(
      cause,
      'SELF_SIGNED_CERT_IN_CHAIN',
      'UNABLE_TO_GET_ISSUER_CERT_LOCALLY',
      'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
      'DEPTH_ZERO_SELF_SIGNED_CERT',
    )
  )
    return ''
  const { NODE_EXTRA_CA_CERTS: file } = process.env
  if (!file) return '; NODE_EXTRA_CA_CERTS can name the file with the certificate of your network'
  return existsSync(file)
    ? `; the certificates in ${file} (NODE_EXTRA_CA_CERTS) do not cover it`
    : `; NODE_EXTRA_CA_CERTS names ${file}, which is not there`
}

/** Finds the reason, which fetch hides in the cause of "fetch failed". */
function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error)
  return error.cause instanceof Error ? `${error.message} (${error.cause.message}${certificateAdvice(error.cause)})` : error.message
}
