import { createHash } from 'node:crypto'
import { rmSync } from 'node:fs'
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { describe, expect, it, onTestFinished } from 'vitest'
import { addDataset } from '../../../src/main/data/add-dataset.ts'
import { cifar10Provider } from '../../../src/main/data/providers/cifar10/cifar10.ts'
import { discardDownloads, download, type DownloadSource } from '../../../src/main/data/input/download.ts'
import { binaryBatches, tarGzOf, tinySize } from '../../support/cifar-fixtures.ts'
import { temporaryFolder } from '../../support/temporary-folder.ts'

const md5 = (bytes: Buffer) => createHash('md5').update(bytes).digest('hex')
const content = Buffer.from(Array.from({ length: 300_000 }, (_, index) => (index * 31 + (index >> 8)) & 255))
/** What `download` is told of the data set that wants a file. */
const job = (datasetsFolder: string, name = 'photos') => ({ datasetsFolder, name, onProgress: () => undefined })

/** A loopback server whose answers the test writes; gives its address and the Range headers that came. */
async function serve(answer: (request: IncomingMessage, response: ServerResponse, nth: number) => void) {
  const ranges: (string | undefined)[] = []
  const server = createServer((request, response) => {
    ranges.push(request.headers.range)
    answer(request, response, ranges.length)
  })
  await new Promise<void>((ready) => server.listen(0, '127.0.0.1', ready))
  onTestFinished(() => {
    server.closeAllConnections()
    server.close()
  })
  // An HTTP server's address is never a path.
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/file`, ranges }
}

/** Answers like a good server: all of it, or the rest that was asked for. */
function sendRest(bytes: Buffer, request: IncomingMessage, response: ServerResponse, stopAfter = Infinity) {
  const start = Number(/bytes=(\d+)-/.exec(request.headers.range ?? '')?.[1] ?? 0)
  if (start >= bytes.length) return response.writeHead(416, { 'content-range': `bytes */${bytes.length}` }).end()
  const rest = bytes.subarray(start)
  response.writeHead(start ? 206 : 200, {
    'content-length': rest.length,
    ...(start ? { 'content-range': `bytes ${start}-${bytes.length - 1}/${bytes.length}` } : {}),
  })
  if (stopAfter >= rest.length) return response.end(rest)
  return response.write(rest.subarray(0, stopAfter), () => setTimeout(() => response.destroy(), 20))
}

const source = (url: string, more: Partial<DownloadSource> = {}): DownloadSource => ({
  url,
  md5: md5(content),
  fileName: 'file',
  retryPauseMs: 1,
  ...more,
})

/** Removes a folder the first time that it is called. */
function rmOnce(folder: string): () => void {
  let done = false
  return () => {
    if (!done) rmSync(folder, { recursive: true, force: true })
    done = true
  }
}

describe('download', () => {
  it('download fetches a file and tells its progress', async () => {
    const root = await temporaryFolder()
    const { url } = await serve((request, response) => sendRest(content, request, response))
    const seen: (readonly [number, number | null])[] = []
    const { path, discard } = await download(source(url), { ...job(root), onProgress: ({ done, total }) => seen.push([done, total]) })
    expect((await readFile(path)).equals(content)).toBe(true)
    expect(seen.at(-1)).toEqual([content.length, content.length])
    await discard()
    expect(await readdir(root)).toEqual([])
  })

  it('download goes on where a broken connection has stopped', async () => {
    const root = await temporaryFolder()
    const { url, ranges } = await serve((request, response, nth) => sendRest(content, request, response, nth < 3 ? 100_000 : Infinity))
    const { path } = await download(source(url), job(root))
    expect((await readFile(path)).equals(content)).toBe(true)
    expect(ranges[0]).toBeUndefined()
    expect(ranges.length).toBe(3)
    for (const range of ranges.slice(1)) expect(range).toMatch(/^bytes=[1-9]\d*-$/)
  })

  it('download goes on in a later call where an aborted one has stopped', async () => {
    const root = await temporaryFolder()
    const { url, ranges } = await serve((request, response, nth) => {
      if (nth > 1) return sendRest(content, request, response)
      response.writeHead(200, { 'content-length': content.length })
      response.write(content.subarray(0, 50_000))
    })
    const controller = new AbortController()
    const first = download(source(url), {
      ...job(root),
      signal: controller.signal,
      onProgress: ({ done }) => done === 50_000 && controller.abort(new Error('enough')),
    })
    await expect(first).rejects.toThrow('enough')
    const { path } = await download(source(url), job(root))
    expect((await readFile(path)).equals(content)).toBe(true)
    expect(ranges[1]).toBe('bytes=50000-')
  })

  it('download goes on from a part that an earlier version left beside those of all data sets', async () => {
    const root = await temporaryFolder()
    await mkdir(join(root, '.downloads'))
    await writeFile(join(root, '.downloads', 'file'), content.subarray(0, 1000))
    const { url, ranges } = await serve((request, response) => sendRest(content, request, response))
    const { path, discard } = await download(source(url), job(root))
    expect((await readFile(path)).equals(content)).toBe(true)
    expect(ranges).toEqual(['bytes=1000-'])
    await discard()
    expect(await readdir(root)).toEqual([])
  })

  it('download begins anew when its folder is cleared away while it goes on', async () => {
    const root = await temporaryFolder()
    const { url, ranges } = await serve((request, response, nth) => sendRest(content, request, response, nth === 1 ? 100_000 : Infinity))
    const cleared = rmOnce(join(root, '.downloads'))
    const { path } = await download(source(url), { ...job(root), onProgress: () => cleared() })
    expect((await readFile(path)).equals(content)).toBe(true)
    expect(ranges).toEqual([undefined, undefined])
  })

  it('downloads of two data sets side by side leave each other alone, whichever ends, fails or is given up first', async () => {
    const root = await temporaryFolder()
    const release: (() => void)[] = []
    const { url, ranges } = await serve((request, response, nth) => {
      if (nth !== 1) return sendRest(content, request, response)
      response.writeHead(200, { 'content-length': content.length })
      response.write(content.subarray(0, 1000))
      release.push(() => response.end(content.subarray(1000)))
    })
    let begun: () => void = () => undefined
    const started = new Promise<void>((done) => (begun = done))
    const slow = download(source(url), { ...job(root, 'slow'), onProgress: () => begun() })
    await started
    const quick = await download(source(url), job(root, 'quick'))
    expect((await readFile(quick.path)).equals(content)).toBe(true)
    await quick.discard()
    await expect(download(source(url, { md5: md5(Buffer.of(1)) }), job(root, 'wrong'))).rejects.toThrow('it was thrown away')
    await discardDownloads(root, 'given-up')
    expect(await readdir(join(root, '.downloads')), 'of the others nothing is left').toEqual(['slow'])
    release[0]!()
    const { path, discard } = await slow
    expect((await readFile(path)).equals(content)).toBe(true)
    expect(ranges, 'nothing was fetched twice').toEqual([undefined, undefined, undefined])
    await discard()
    expect(await readdir(root)).toEqual([])
  })

  it('a name that leads out of the folder of downloads discards nothing', async () => {
    const root = await temporaryFolder()
    await mkdir(join(root, 'datasets', '.downloads'), { recursive: true })
    await discardDownloads(join(root, 'datasets'), '../../..')
    await discardDownloads(join(root, 'datasets'), '')
    expect(await readdir(join(root, 'datasets'))).toEqual(['.downloads'])
  })

  it('download starts over when the server does not know parts', async () => {
    const root = await temporaryFolder()
    await mkdir(join(root, '.downloads', 'photos'), { recursive: true })
    await writeFile(join(root, '.downloads', 'photos', 'file'), 'something else')
    const { url } = await serve((_, response) => response.end(content))
    const { path } = await download(source(url), job(root))
    expect((await readFile(path)).equals(content)).toBe(true)
  })

  it('download takes a part that is already the whole', async () => {
    const root = await temporaryFolder()
    await mkdir(join(root, '.downloads', 'photos'), { recursive: true })
    await writeFile(join(root, '.downloads', 'photos', 'file'), content)
    const { url, ranges } = await serve((request, response) => sendRest(content, request, response))
    await download(source(url), job(root))
    expect(ranges).toEqual([`bytes=${content.length}-`])
  })

  it('download throws away what has the wrong checksum, and says so', async () => {
    const root = await temporaryFolder()
    const { url } = await serve((_, response) => response.end('another file'))
    await expect(download(source(url), job(root))).rejects.toThrow(
      /what came has MD5 [0-9a-f]{32}, expected [0-9a-f]{32}; it was thrown away/,
    )
    expect(await readdir(root)).toEqual([])
  })

  it('download gives up after five tries without a byte, with the reason and what to do', async () => {
    const root = await temporaryFolder()
    const { url, ranges } = await serve((_, response) => response.writeHead(503).end())
    await expect(download(source(url), job(root))).rejects.toThrow(/the server answered 503.*Try again .* or download it elsewhere/)
    expect(ranges.length).toBe(5)
  })

  it('download gives up a connection that is silent', async () => {
    const root = await temporaryFolder()
    const { url, ranges } = await serve((request, response, nth) =>
      nth === 1 ? response.writeHead(200).flushHeaders() : sendRest(content, request, response),
    )
    await download(source(url, { silenceMs: 200 }), job(root))
    expect(ranges.length).toBe(2)
  })
})

describe('adding CIFAR-10 without a file', () => {
  it('adding CIFAR-10 without a file downloads the archive, imports it, and keeps only the data set', async () => {
    const root = await temporaryFolder()
    const archive = await tarGzOf(binaryBatches())
    const { url } = await serve((request, response) => sendRest(archive, request, response))
    const steps = new Set<string>()
    const provider = cifar10Provider(tinySize, { url, md5: md5(archive), fileName: 'cifar-10-binary.tar.gz' })
    const manifest = await addDataset('cifar10', null, root, { providers: [provider], onProgress: ({ step }) => steps.add(step) })
    expect(manifest.source).toBe(`Official binary archive cifar-10-binary.tar.gz, MD5 ${md5(archive)}`)
    expect([...steps]).toEqual(['downloading', 'reading file names', 'reading images'])
    expect(await readdir(root)).toEqual(['cifar10'])
  })
})
