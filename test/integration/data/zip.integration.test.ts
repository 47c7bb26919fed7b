import { execFileSync } from 'node:child_process'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { inputLimits, openInput, type InputLimits } from '../../../src/main/data/input/input-files.ts'
import { type TarEntry } from '../../support/cifar-fixtures.ts'
import { zipOf } from '../../support/image-tree.ts'
import { temporaryFolder } from '../../support/temporary-folder.ts'

const noise = (bytes: number) => Buffer.from(Array.from({ length: bytes }, (_, index) => (Math.imul(index, 2654435761) >>> 13) & 255))

async function written(content: Buffer): Promise<string> {
  const path = join(await temporaryFolder(), 'a.zip')
  await writeFile(path, content)
  return path
}

async function readAll(archive: string, limits: InputLimits = inputLimits) {
  const found: [string, number][] = []
  for await (const file of (await openInput(archive, limits)).files()) found.push([file.path, (await file.content()).length])
  return found
}
const zipped = async (entries: TarEntry[]) => written(zipOf(entries))

describe('reading a zip', () => {
  it('reading a zip gives the files with their contents, and may be read again', async () => {
    const archive = await zipped([{ name: 'x/' }, { name: 'x/1', content: noise(70_000) }, { name: './y', content: noise(3) }])
    const expected = [
      ['x/1', 70_000],
      ['y', 3],
    ]
    expect(await readAll(archive)).toEqual(expected)
    expect(await readAll(archive)).toEqual(expected)
  })

  it('reading a zip reads names as UTF-8 where the zip does not say so, as macOS writes them', async () => {
    const bytes = zipOf([{ name: 'naïve 鳥', content: noise(3) }])
    // The mark for UTF-8 in the local header and in the directory.
    const unmarked = Buffer.from(bytes)
    unmarked[7] = 0
    unmarked[unmarked.indexOf('PK\x01\x02') + 9] = 0
    expect(bytes.equals(unmarked)).toBe(false)
    expect(await readAll(await written(unmarked))).toEqual([['naïve 鳥', 3]])
  })

  it.each([0.2, 0.5, 0.9, 0.99])('reading a zip refuses it when cut at %s of its length', async (share) => {
    const whole = zipOf([
      { name: 'one', content: noise(20_000) },
      { name: 'two', content: noise(20_000) },
    ])
    await expect(readAll(await written(whole.subarray(0, whole.length * share)))).rejects.toThrow(/a\.zip is truncated or damaged/)
  })

  it('reading a zip refuses contents whose check sum is not the one in its directory, and names them', async () => {
    const whole = zipOf([{ name: 'train/1.png', content: noise(2000) }])
    whole[whole.indexOf('PK\x01\x02') + 16]! ^= 1
    await expect(readAll(await written(whole))).rejects.toThrow(/a\.zip is truncated or damaged: train\/1\.png \(its check sum is not/)
  })

  it.each<[string, TarEntry, RegExp]>([
    ['a path upwards', { name: '../evil.png' }, /"..\/evil.png" leads outside/],
    ['an absolute path', { name: '/etc/evil.png' }, /absolute/],
    ['a drive of Windows', { name: 'C:/evil.png' }, /absolute/],
    ['the same path twice', { name: './good.png' }, /is there twice/],
    [
      'what unpacks to a hundred times its size',
      { name: 'zeros', content: Buffer.alloc(5_000_000) },
      /zeros unpacks to more than 100 times/,
    ],
  ])('reading a zip refuses %s', async (_, entry, message) => {
    await expect(readAll(await zipped([{ name: 'good.png', content: noise(10) }, entry]))).rejects.toThrow(message)
  })

  it('reading a zip refuses more entries, larger files and more bytes than its limits', async () => {
    const archive = await zipped([
      { name: '1', content: noise(3000) },
      { name: '2', content: noise(3000) },
    ])
    await expect(readAll(archive, { ...inputLimits, entries: 1 })).rejects.toThrow('more than 1 entries')
    await expect(readAll(archive, { ...inputLimits, fileBytes: 2999 })).rejects.toThrow('"1" has 3000 bytes; at most 2999')
    await expect(readAll(archive, { ...inputLimits, totalBytes: 5999 })).rejects.toThrow('unpacks to more than 5999 bytes')
  })

  it('reading a zip names a symbolic link and what it stands for, and never reads that', async () => {
    const archive = await zipped([
      { name: 'train/cat', type: 'symlink', linkname: '../all' },
      { name: 'evil', type: 'symlink', linkname: '/etc' },
    ])
    const found: [string, string | null, string | null][] = []
    for await (const file of (await openInput(archive)).files()) {
      found.push([file.path, file.otherwise, file.target])
      await expect(file.content()).rejects.toThrow('is a symbolic link, which is not followed')
    }
    expect(found).toEqual([
      ['train/cat', 'a symbolic link', 'all'],
      ['evil', 'a symbolic link', null],
    ])
  })

  it('reading a zip says what to do about an entry that is packed in an unknown way', async () => {
    const program = `import io,sys,zipfile
out = io.BytesIO()
with zipfile.ZipFile(out, 'w', zipfile.ZIP_BZIP2) as z: z.writestr('1.png', bytes(range(256)) * 9)
sys.stdout.buffer.write(out.getvalue())`
    await expect(readAll(await written(execFileSync('python3', ['-c', program])))).rejects.toThrow(
      'a.zip: 1.png is packed with method 12, which is not known here. Unpack the zip and give the folder',
    )
  })
})
