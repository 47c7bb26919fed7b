import { truncate, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { describe, expect, it } from 'vitest'
import { inputLimits, openInput, type InputLimits } from '../../../src/main/data/input/input-files.ts'
import { hashFile } from '../../../src/main/data/stored/hash-file.ts'
import { tarGzOf, tarOf, xzOf, type TarEntry } from '../../support/cifar-fixtures.ts'
import { temporaryFolder } from '../../support/temporary-folder.ts'

async function readAll(archive: string, limits: InputLimits = inputLimits, signal?: AbortSignal) {
  const found: [string, number][] = []
  for await (const file of (await openInput(archive, limits)).files(signal)) found.push([file.path, (await file.content()).length])
  return found
}

async function written(name: string, content: Buffer): Promise<string> {
  const path = join(await temporaryFolder(), name)
  await writeFile(path, content)
  return path
}

const noise = (bytes: number) => Buffer.from(Array.from({ length: bytes }, (_, index) => (Math.imul(index, 2654435761) >>> 13) & 255))
const packers: [string, (entries: TarEntry[]) => Promise<Buffer>][] = [
  ['tar', tarOf],
  ['tar.gz', tarGzOf],
  ['tar.xz', async (entries) => xzOf(await tarOf(entries))],
]

describe.each(packers)('reading a %s', (packing, packed) => {
  it('gives the files with their contents, and may be read again', async () => {
    const archive = await written('a', await packed([{ name: './x/', type: 'directory' }, { name: './x/1', content: noise(70_000) }, { name: 'y', content: noise(3) }]))
    const expected = [['x/1', 70_000], ['y', 3]]
    expect(await readAll(archive)).toEqual(expected)
    expect(await readAll(archive)).toEqual(expected)
  })

  it('passes over contents that nobody asks for', async () => {
    const archive = await written('a', await packed([{ name: '1', content: noise(70_000) }, { name: '2', content: noise(5) }]))
    const paths: string[] = []
    for await (const file of (await openInput(archive)).files()) paths.push(file.path)
    expect(paths).toEqual(['1', '2'])
  })

  it('can be left early, and read again afterwards', async () => {
    const archive = await written('a', await packed([{ name: '1', content: noise(700_000) }, { name: '2' }]))
    for await (const file of (await openInput(archive)).files()) {
      expect(file.path).toBe('1')
      break
    }
    expect((await readAll(archive)).length).toBe(2)
  })

  it.each([0.2, 0.5, 0.9])('refuses it when cut at %s of its length, and says how far it came', async (share) => {
    const whole = await packed([{ name: 'one', content: noise(200_000) }, { name: 'two', content: noise(200_000) }])
    const archive = await written('a', whole)
    await truncate(archive, Math.floor(whole.length * share))
    await expect(readAll(archive)).rejects.toThrow(/truncated or damaged: unpacking stopped at offset \d+ of the unpacked tar, in or after (one|two|the first entry)/)
  })

  it('stops when aborted', async () => {
    const archive = await written('a', await packed([{ name: '1', content: noise(700_000) }, { name: '2' }]))
    const controller = new AbortController()
    const reading = (async () => {
      for await (const file of (await openInput(archive)).files(controller.signal)) {
        controller.abort(new Error(`enough of ${packing}`))
        await file.content()
      }
    })()
    await expect(reading).rejects.toThrow(`enough of ${packing}`)
  })

  it.each<[string, TarEntry, RegExp]>([
    ['a path upwards', { name: '../evil.png' }, /"..\/evil.png" leads outside/],
    ['a path upwards in the middle', { name: 'train/../../evil.png' }, /leads outside/],
    ['a path upwards of a folder', { name: 'train/../..', type: 'directory' }, /leads outside/],
    ['an absolute path', { name: '/etc/evil.png' }, /absolute/],
    ['a path of Windows', { name: 'train\\..\\evil.png' }, /absolute or not portable/],
    ['a drive of Windows', { name: 'C:/evil.png' }, /absolute/],
    ['a symbolic link', { name: 'train/cat', type: 'symlink', linkname: '/etc' }, /is of type symlink; expected files and folders only/],
    ['a hard link', { name: 'train/cat', type: 'link', linkname: '/etc/passwd' }, /is of type link/],
    ['a device', { name: 'train/cat', type: 'character-device' }, /is of type character-device/],
    ['a pipe', { name: 'train/cat', type: 'fifo' }, /is of type fifo/],
  ])('refuses %s', async (_, entry, message) => {
    const archive = await written('a', await packed([{ name: 'good.png', content: noise(10) }, entry]))
    await expect(readAll(archive)).rejects.toThrow(message)
  })

  it('refuses the same path twice, however it is spelt', async () => {
    const archive = await written('a', await packed([{ name: 'train/1.png' }, { name: './train//1.png' }]))
    await expect(readAll(archive)).rejects.toThrow('is there twice')
  })

  it('refuses more entries, larger files and more bytes than its limits', async () => {
    const archive = await written('a', await packed([{ name: '1', content: noise(3000) }, { name: '2', content: noise(3000) }, { name: '3', type: 'directory' }]))
    await expect(readAll(archive, { ...inputLimits, entries: 2 })).rejects.toThrow('more than 2 entries')
    await expect(readAll(archive, { ...inputLimits, fileBytes: 2999 })).rejects.toThrow('has 3000 bytes; at most 2999 are read')
    await expect(readAll(archive, { ...inputLimits, totalBytes: 4000 })).rejects.toThrow('unpacks to more than 4000 bytes')
  })
})

describe('a bomb', () => {
  const zeros = () => tarOf([{ name: 'train/cat/1.png', content: Buffer.alloc(100 * 2 ** 20) }])

  it.each<[string, (tar: Buffer) => Buffer]>([
    ['gzip', gzipSync],
    ['xz', xzOf],
  ])('in %s is refused after a small part of it', async (_, pack) => {
    const archive = await written('a', pack(await zeros()))
    const before = process.memoryUsage().rss
    await expect(readAll(archive)).rejects.toThrow('more than 100 times its size')
    expect(process.memoryUsage().rss - before).toBeLessThan(200 * 2 ** 20)
  })
})

describe('what is no archive', () => {
  it.each([
    ['a zip', Buffer.from('PK\x03\x04rest'), 'got a zip'],
    ['some text', Buffer.from('hello world'), 'got a file that starts with the bytes 68656c6c6f20'],
    ['an empty file', Buffer.alloc(0), 'offset 0: expected a tar, tar.gz or tar.xz'],
    ['gzip of something else', gzipSync(noise(5000)), 'truncated or damaged'],
  ])('is refused: %s', async (_, content, message) => {
    await expect(readAll(await written('a', content))).rejects.toThrow(message)
  })

  it('is refused: a flipped byte in the packed data', async () => {
    const content = await tarGzOf([{ name: '1', content: noise(100_000) }])
    content[content.length >> 1]! ^= 255
    await expect(readAll(await written('a', content))).rejects.toThrow('truncated or damaged')
  })
})

describe('hashFile', () => {
  it('digests the whole file', async () => {
    const path = await written('a', Buffer.from('abc'))
    expect(await hashFile(path, 'md5')).toBe('900150983cd24fb0d6963f7d28e17f72')
  })
})
