import { mkdir, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { readAddress, socketPath, writeAddress } from '../../../../src/main/workspace/address.ts'
import { killIfSame, processStartedAt } from '../../../../src/main/workspace/process-identity.ts'
import { networkFileSystemName, openWorkspace } from '../../../../src/main/workspace/workspace.ts'
import { lockWorkspace } from '../../../../src/main/store/workspace-lock.ts'
import { temporaryFolder } from '../../../support/temporary-folder.ts'

describe('a workspace', () => {
  it('a workspace gets its folders when it is opened for the first time', async () => {
    const { folder } = await openWorkspace(join(await temporaryFolder(), 'new', 'lab'))
    for (const name of ['checkpoints', 'datasets', 'exports', 'logs']) expect((await stat(join(folder, name))).isDirectory()).toBe(true)
  })

  it('a workspace is refused where a file is in the way, with the way out', async () => {
    const file = join(await temporaryFolder(), 'lab')
    await writeFile(file, '')
    await expect(openWorkspace(file)).rejects.toThrow(/cannot be written.*--workspace/)
  })

  it.skipIf(process.platform !== 'linux')('a workspace is refused at once where the system lets nobody make a folder', async () => {
    await expect(openWorkspace('/proc/skiplab/lab')).rejects.toThrow(/The workspace \/proc\/skiplab\/lab cannot be written.*--workspace/)
  })

  it('a workspace knows network file systems by their numbers, signed or not', () => {
    expect(networkFileSystemName(0x6969)).toBe('NFS')
    expect(networkFileSystemName(0xff534d42 | 0)).toBe('CIFS')
    expect(networkFileSystemName(0xef53)).toBeNull()
  })

  it('a workspace is locked for one engine and free again when that one lets go', async () => {
    const folder = await temporaryFolder()
    const unlock = lockWorkspace(folder)
    expect(unlock).not.toBeNull()
    expect(lockWorkspace(folder)).toBeNull()
    unlock?.()
    const again = lockWorkspace(folder)
    expect(again).not.toBeNull()
    again?.()
  })
})

describe('the address of an engine', () => {
  it('the address of an engine is a file for this user alone, and null while there is none or only rubbish', async () => {
    const folder = await temporaryFolder()
    expect(readAddress(folder)).toBeNull()
    const address = { pid: 1, socket: '/x/engine.sock', token: 't', version: '0.1.0' }
    writeAddress(folder, address)
    expect(readAddress(folder)).toEqual(address)
    expect((await stat(join(folder, 'engine.json'))).mode & 0o777).toBe(0o600)
    await writeFile(join(folder, 'engine.json'), '{"pid": "x"')
    expect(readAddress(folder)).toBeNull()
  })

  it('the address of an engine is a short socket path even for a deep folder, which other users cannot reach', async () => {
    expect(socketPath('/home/x/lab')).toBe('/home/x/lab/engine.sock')
    const runtime = process.env.XDG_RUNTIME_DIR
    process.env.XDG_RUNTIME_DIR = join(tmpdir(), `skiplab-test-${process.pid}`)
    try {
      await mkdir(process.env.XDG_RUNTIME_DIR, { recursive: true })
      const deep = `/home/${'x'.repeat(200)}/lab`
      const path = socketPath(deep)
      expect(Buffer.byteLength(path)).toBeLessThan(104)
      expect(path).not.toBe(socketPath(`${deep}2`))
      expect((await stat(join(process.env.XDG_RUNTIME_DIR, 'skiplab'))).mode & 0o777).toBe(0o700)
    } finally {
      await rm(process.env.XDG_RUNTIME_DIR, { recursive: true })
      if (runtime === undefined) delete process.env.XDG_RUNTIME_DIR
      else process.env.XDG_RUNTIME_DIR = runtime
    }
  })
})

describe('a process', () => {
  it('a process is only ended when it is the one that was meant', () => {
    expect(processStartedAt(process.pid)).not.toBeNull()
    expect(killIfSame(process.pid, 'another start')).toBe(false)
    expect(killIfSame(process.pid, null)).toBe(false)
  })
})
