import { chmodSync, chownSync, existsSync, mkdirSync, rmSync, statSync } from 'node:fs'
import { tmpdir, userInfo } from 'node:os'
import { join } from 'node:path'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { socketPath } from '../../../../src/main/workspace/address.ts'
import { temporaryFolder } from '../../../support/temporary-folder.ts'

afterEach(() => vi.unstubAllEnvs())

const long = `/tmp/${'deep/'.repeat(30)}lab`
const onRoot = process.getuid?.() === 0

describe.skipIf(process.platform === 'win32')('the socket of a workspace', () => {
  it('the socket of a workspace lies in it, as long as its path is short enough', () => {
    expect(socketPath('/tmp/lab')).toBe('/tmp/lab/engine.sock')
  })

  it('the socket of a workspace lies in a folder of the user alone otherwise', async () => {
    const runtime = await temporaryFolder()
    vi.stubEnv('XDG_RUNTIME_DIR', runtime)
    expect(socketPath(long).startsWith(join(runtime, 'skiplab/'))).toBe(true)
    expect(statSync(join(runtime, 'skiplab')).mode & 0o777).toBe(0o700)
  })

  it.runIf(onRoot)('the socket is never put into another account’s runtime folder, which su leaves in the environment', async () => {
    const runtime = await temporaryFolder()
    chownSync(runtime, 1234, 1234)
    vi.stubEnv('XDG_RUNTIME_DIR', runtime)
    expect(socketPath(long).startsWith(join(tmpdir(), `skiplab-${userInfo().uid}/`))).toBe(true)
    expect(existsSync(join(runtime, 'skiplab'))).toBe(false)
  })

  it.runIf(onRoot)('the socket of an account without a name avoids a runtime folder that it may not enter', async () => {
    const closed = await temporaryFolder()
    mkdirSync(join(closed, 'run'))
    chmodSync(closed, 0o700)
    vi.stubEnv('XDG_RUNTIME_DIR', join(closed, 'run'))
    process.seteuid!(65_533)
    try {
      expect(socketPath(long)).toMatch(/^\/tmp\/skiplab-\d+\//)
    } finally {
      process.seteuid!(0)
      rmSync('/tmp/skiplab-65533', { recursive: true, force: true })
    }
  })

  it('the socket of a workspace is found a place when all that the environment names is too long', async () => {
    const folder = await temporaryFolder()
    vi.stubEnv('XDG_RUNTIME_DIR', join(folder, 'x'.repeat(200)))
    vi.stubEnv('TMPDIR', join(folder, 'y'.repeat(200)))
    expect(socketPath(long)).toMatch(/^\/tmp\/skiplab-\d+\//)
  })
})
