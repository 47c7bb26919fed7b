import { createHash } from 'node:crypto'
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { HashedFiles } from '../../../src/main/places/goods/hashed-files.ts'
import { Sender } from '../../../src/main/places/goods/sender.ts'
import type { Blob, Tree } from '../../../src/main/places/place.ts'
import { LocalShell } from '../../../src/main/places/local-shell.ts'
import { temporaryFolder } from '../../support/temporary-folder.ts'

it('a tree is sent by content once, and a file that was cut off goes on where it stopped', async () => {
  const [here, there] = [await temporaryFolder(), join(await temporaryFolder(), 'deep', 'folder')]
  const [small, large] = [Buffer.from('small'), Buffer.alloc(900_000, 'large ')]
  writeFileSync(join(here, 'small'), small)
  writeFileSync(join(here, 'large'), large)
  const hashed = new HashedFiles()
  const [smallBlob, largeBlob] = [await hashed.blobOf(join(here, 'small')), await hashed.blobOf(join(here, 'large'))]
  expect(largeBlob.sha256).toBe(createHash('sha256').update(large).digest('hex'))
  mkdirSync(join(there, 'store'), { recursive: true })
  writeFileSync(join(there, 'store', `${largeBlob.sha256}.part-me`), large.subarray(0, 400_000))

  const sender = new Sender(new LocalShell(), 'me', there)
  const files: Tree['files'] = new Map<string, Blob & { executable?: boolean }>([
    ['a/b c.txt', smallBlob],
    ['large.bin', { ...largeBlob, executable: true }],
    ['twice.bin', largeBlob],
  ])
  const folder = await sender.sendTree({ name: 'data', files }, () => undefined)
  expect(sender.sentBytes).toBe(small.length + 500_000)
  expect(readFileSync(join(folder, 'a', 'b c.txt'))).toEqual(small)
  expect(readFileSync(join(folder, 'large.bin')).equals(large)).toBe(true)
  expect(readFileSync(join(folder, 'twice.bin')).equals(large)).toBe(true)

  const second = new Sender(new LocalShell(), 'other', there)
  expect(await second.sendTree({ name: 'data', files }, () => undefined)).toBe(folder)
  expect(second.sentBytes).toBe(0)
})

it('a part that was damaged at the place is found, thrown away and sent anew', async () => {
  const [here, there] = [await temporaryFolder(), await temporaryFolder()]
  const large = Buffer.alloc(500_000, 'abc')
  writeFileSync(join(here, 'large'), large)
  const blob = await new HashedFiles().blobOf(join(here, 'large'))
  mkdirSync(join(there, 'store'))
  writeFileSync(join(there, 'store', `${blob.sha256}.part-me`), Buffer.alloc(100_000, 'x'))
  const sender = new Sender(new LocalShell(), 'me', there)
  await expect(sender.sendBlobs([blob], () => undefined)).rejects.toThrow('came to this machine other than it was sent')
  await sender.sendBlobs([blob], () => undefined)
  expect(readFileSync(join(there, 'store', blob.sha256)).equals(large)).toBe(true)
})

it('a folder that cannot be written is told with a way on', async () => {
  const sender = new Sender(new LocalShell(), 'me', '/proc/nowhere')
  await expect(sender.folder()).rejects.toThrow(/nowhere/)
})
