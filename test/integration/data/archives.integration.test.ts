import { execFileSync } from 'node:child_process'
import { chmodSync, mkdirSync, symlinkSync, writeFileSync } from 'node:fs'
import { truncate, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { describe, expect, it } from 'vitest'
import { inputLimits, openInput, type InputLimits } from '../../../src/main/data/input/input-files.ts'
import { hashFile } from '../../../src/main/data/stored/hash-file.ts'
import { tarGzOf, tarOf, writeTree, xzOf, type TarEntry } from '../../support/cifar-fixtures.ts'
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
  it('an input gives the files with their contents, and may be read again', async () => {
    const archive = await written(
      'a',
      await packed([
        { name: './x/', type: 'directory' },
        { name: './x/1', content: noise(70_000) },
        { name: 'y', content: noise(3) },
      ]),
    )
    const expected = [
      ['x/1', 70_000],
      ['y', 3],
    ]
    expect(await readAll(archive)).toEqual(expected)
    expect(await readAll(archive)).toEqual(expected)
  })

  it('an input skips contents that nobody asks for', async () => {
    const archive = await written(
      'a',
      await packed([
        { name: '1', content: noise(70_000) },
        { name: '2', content: noise(5) },
      ]),
    )
    const paths: string[] = []
    for await (const file of (await openInput(archive)).files()) paths.push(file.path)
    expect(paths).toEqual(['1', '2'])
  })

  it('an input can be left early, and read again afterwards', async () => {
    const archive = await written('a', await packed([{ name: '1', content: noise(700_000) }, { name: '2' }]))
    for await (const file of (await openInput(archive)).files()) {
      expect(file.path).toBe('1')
      break
    }
    expect((await readAll(archive)).length).toBe(2)
  })

  it.each([0.2, 0.5, 0.9])('an archive that was cut at %s of its length is refused with how far it was read', async (share) => {
    const whole = await packed([
      { name: 'one', content: noise(200_000) },
      { name: 'two', content: noise(200_000) },
    ])
    const archive = await written('a', whole)
    await truncate(archive, Math.floor(whole.length * share))
    await expect(readAll(archive)).rejects.toThrow(
      /truncated or damaged: unpacking stopped at offset \d+ of the unpacked tar, in or after (one|two|the first entry)/,
    )
  })

  it('reading an input stops when aborted', async () => {
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
  ])('refuses %s', async (_, entry, message) => {
    const archive = await written('a', await packed([{ name: 'good.png', content: noise(10) }, entry]))
    await expect(readAll(archive)).rejects.toThrow(message)
  })

  it.each<[string, TarEntry]>([
    ['a symbolic link', { name: 'train/cat', type: 'symlink', linkname: '/etc' }],
    ['a hard link', { name: 'train/cat', type: 'link', linkname: '/etc/passwd' }],
    ['a device', { name: 'train/cat', type: 'character-device' }],
    ['a pipe', { name: 'train/cat', type: 'fifo' }],
  ])('an input names %s, goes on after it, and never reads what it stands for', async (otherwise, entry) => {
    const archive = await written('a', await packed([{ name: '1', content: noise(3) }, entry, { name: '2', content: noise(5) }]))
    const found: [string, string | null][] = []
    for await (const file of (await openInput(archive)).files()) {
      found.push([file.path, file.otherwise])
      if (file.otherwise !== null) await expect(file.content()).rejects.toThrow(`train/cat is ${otherwise}, which is not followed`)
    }
    expect(found).toEqual([
      ['1', null],
      ['train/cat', otherwise],
      ['2', null],
    ])
  })

  it('an input refuses the same path twice, however it is spelt', async () => {
    const archive = await written('a', await packed([{ name: 'train/1.png' }, { name: './train//1.png' }]))
    await expect(readAll(archive)).rejects.toThrow('is there twice')
  })

  it('an input refuses more entries, larger files and more bytes than its limits', async () => {
    const archive = await written(
      'a',
      await packed([
        { name: '1', content: noise(3000) },
        { name: '2', content: noise(3000) },
        { name: '3', type: 'directory' },
      ]),
    )
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
  ])('a bomb in %s is refused after a small part of it', async (_, pack) => {
    const archive = await written('a', pack(await zeros()))
    const before = process.memoryUsage().rss
    await expect(readAll(archive)).rejects.toThrow('more than 100 times its size')
    expect(process.memoryUsage().rss - before).toBeLessThan(200 * 2 ** 20)
  })
})

describe('what is no archive', () => {
  it.each([
    [
      'a zip without its end',
      Buffer.from('PK\x03\x04rest'),
      'is truncated or damaged (End of central directory record signature not found',
    ],
    [
      'a web page',
      Buffer.from('<!DOCTYPE html><title>404</title>'),
      'got a web page (the download was answered with one; fetch the archive again).',
    ],
    ['a bzip2', Buffer.from('BZh91AY'), 'got a bzip2 archive'],
    ['a zstd', Buffer.from('28b52ffd00', 'hex'), 'got a zstd archive'],
    ['a batch of the Python version', Buffer.from('80027d7100', 'hex'), 'give the whole archive or its folder'],
    ['some text', Buffer.from('hello world'), 'got a file that starts with the bytes 68656c6c6f20'],
    [
      'an empty file',
      Buffer.alloc(0),
      'is empty (0 bytes, so nothing at offset 0: expected a tar, tar.gz, tar.xz or zip archive). Download or copy it again.',
    ],
    ['gzip of something else', gzipSync(noise(5000)), 'is a gzip of no tar, or its start is damaged'],
    [
      'xz of a zip',
      xzOf(Buffer.concat([Buffer.from('PK\x03\x04'), noise(5000)])),
      'is an xz of no tar, or its start is damaged: expected a tar in it, got a zip archive',
    ],
  ])('an input that is no archive is refused: %s', async (_, content, message) => {
    await expect(readAll(await written('a', content))).rejects.toThrow(message)
  })

  it('an input that is no archive is refused: a flipped byte in the packed data', async () => {
    const content = await tarGzOf([{ name: '1', content: noise(100_000) }])
    content[content.length >> 1]! ^= 255
    await expect(readAll(await written('a', content))).rejects.toThrow('truncated or damaged')
  })
})

describe('a tar of an old or foreign kind', () => {
  it.each(['v7', 'oldgnu', 'gnu', 'ustar', 'posix'])('a tar of an old or foreign kind is read: --format=%s', async (format) => {
    const folder = await temporaryFolder()
    await writeTree(
      join(folder, 'in'),
      new Map([
        ['x/1', noise(700)],
        ['x/2', noise(3)],
      ]),
    )
    execFileSync('tar', ['-cf', join(folder, 'a.tar'), `--format=${format}`, '-C', join(folder, 'in'), 'x'])
    expect((await readAll(join(folder, 'a.tar'))).sort()).toEqual([
      ['x/1', 700],
      ['x/2', 3],
    ])
  })

  it('a tar of an old or foreign kind is read when names in it are no UTF-8, each as a name of its own', async () => {
    const names = [Buffer.from('caf\xe9', 'latin1'), Buffer.from('caf\xe8', 'latin1'), Buffer.from('naïve')]
    for (const format of ['v7', 'gnu']) {
      const folder = await temporaryFolder()
      for (const name of names) writeFileSync(Buffer.concat([Buffer.from(`${folder}/`), name]), 'x')
      execFileSync('tar', ['-cf', join(folder, 'a.tar'), `--format=${format}`, '--exclude=a.tar', '-C', folder, '.'])
      expect((await readAll(join(folder, 'a.tar'))).map(([path]) => path).sort()).toEqual(['café', 'cafè', 'naïve'].sort())
    }
  })
})

describe('an xz of an unusual kind', () => {
  const tar = () =>
    tarOf([
      { name: '1', content: noise(300_000) },
      { name: '2', content: noise(70) },
    ])
  const lzma2 = "{'id': lzma.FILTER_LZMA2, 'preset': 6}"

  it.each([
    ['SHA-256 check sums', 'check=lzma.CHECK_SHA256'],
    ['no check sums', 'check=lzma.CHECK_NONE'],
    ['a filter for programs', `filters=[{'id': lzma.FILTER_X86}, ${lzma2}]`],
    ['a delta filter', `filters=[{'id': lzma.FILTER_DELTA, 'dist': 3}, ${lzma2}]`],
    ['a dictionary of 128 MiB', "filters=[{'id': lzma.FILTER_LZMA2, 'preset': 6, 'dict_size': 128 << 20}]"],
  ])('an xz of an unusual kind is read: %s', async (_, options) => {
    expect(await readAll(await written('a.tar.xz', xzOf(await tar(), options)))).toEqual([
      ['1', 300_000],
      ['2', 70],
    ])
  })

  it('an xz of an unusual kind is read: several streams one after another, as parallel packers write them', async () => {
    const whole = await tar()
    const parts = [whole.subarray(0, 100_000), whole.subarray(100_000, 200_000), whole.subarray(200_000)].map((part) => xzOf(part))
    expect(await readAll(await written('a.tar.xz', Buffer.concat(parts)))).toEqual([
      ['1', 300_000],
      ['2', 70],
    ])
  })

  it('an xz of an unusual kind is told when its dictionary is too large, with what to do, and is not called damaged', async () => {
    const archive = await written('a.tar.xz', xzOf(await tar(), "filters=[{'id': lzma.FILTER_LZMA2, 'preset': 6, 'dict_size': 1 << 30}]"))
    await expect(readAll(archive)).rejects.toThrow(
      /is an xz that needs 10\d\d MiB of memory to unpack .*224 MiB are taken for that\. Unpack it with "xz -dk" and give the \.tar\./,
    )
  })

  it('an xz of an unusual kind may be read beside another', async () => {
    const archive = await written('a.tar.xz', xzOf(await tar()))
    expect(await Promise.all([readAll(archive), readAll(archive), readAll(archive)])).toEqual(
      Array(3).fill([
        ['1', 300_000],
        ['2', 70],
      ]),
    )
  })
})

describe('what the system keeps from us', () => {
  it('what the system keeps from us is told as what it is', async () => {
    const folder = await temporaryFolder()
    await writeFile(join(folder, 'file'), 'x')
    symlinkSync('circle', join(folder, 'circle'))
    await expect(openInput(join(folder, 'none'))).rejects.toMatchObject({ code: 'not-found' })
    for (const [path, why] of [
      ['file/below', 'a part of the path is a file'],
      ['circle', 'its links lead in a circle'],
      ['x'.repeat(300), 'its name is too long'],
    ] as const) {
      await expect(openInput(join(folder, path)), path).rejects.toMatchObject({
        code: 'bad-input',
        message: expect.stringContaining(why) as string,
      })
    }
  })

  // Root reads everything, so another user must look.
  it.runIf(process.getuid?.() === 0)('what the system keeps from us is told for a folder and a file that we may not read', async () => {
    const folder = await temporaryFolder()
    chmodSync(folder, 0o755)
    mkdirSync(join(folder, 'closed', 'inner'), { recursive: true })
    await writeFile(join(folder, 'closed.tar'), await tarOf([{ name: '1' }]))
    chmodSync(join(folder, 'closed', 'inner'), 0)
    chmodSync(join(folder, 'closed.tar'), 0)
    process.seteuid!(65534)
    try {
      await expect(readAll(join(folder, 'closed'))).rejects.toMatchObject({
        code: 'bad-input',
        message: `${join(folder, 'closed', 'inner')} cannot be read: permission denied (EACCES).`,
      })
      await expect(readAll(join(folder, 'closed.tar'))).rejects.toMatchObject({
        code: 'bad-input',
        message: `${join(folder, 'closed.tar')} cannot be read: permission denied (EACCES).`,
      })
    } finally {
      process.seteuid!(0)
    }
  })

  it('what the system keeps from us is no name: files whose names are no UTF-8 are read from a folder', async () => {
    const folder = await temporaryFolder()
    writeFileSync(Buffer.concat([Buffer.from(`${folder}/caf`), Buffer.of(0xe9)]), 'abc')
    expect(await readAll(folder)).toEqual([['café', 3]])
  })
})

describe('hashFile', () => {
  it('hashFile digests the whole file', async () => {
    const path = await written('a', Buffer.from('abc'))
    expect(await hashFile(path, 'md5')).toBe('900150983cd24fb0d6963f7d28e17f72')
  })
})
