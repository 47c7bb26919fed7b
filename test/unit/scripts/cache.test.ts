import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir, userInfo } from 'node:os'
import { join, resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { cacheRoot, fixAfter, isProvided, provide, requireFreeSpace } from '../../../scripts/setup/cache.mjs'

let root = ''
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'skiplab-cache-'))
})
afterEach(() => rmSync(root, { recursive: true, force: true }))

/** A process that sets up `folder` and, when told to hang, never ends by itself. It prints "working" once it is at work. */
function setUpElsewhere(folder: string, hang: boolean) {
  const program = `
    import { appendFileSync, writeFileSync } from 'node:fs'
    import { provide } from ${JSON.stringify(pathToFileURL(resolve('scripts/setup/cache.mjs')).href)}
    await provide(${JSON.stringify(folder)}, 'v1', async (work) => {
      writeFileSync(work + '/half', 'half')
      appendFileSync(${JSON.stringify(join(root, 'made'))}, '.')
      console.log('working')
      await new Promise((resolve) => setTimeout(resolve, ${hang ? 600_000 : 200}))
    })`
  return spawn(process.execPath, ['--input-type=module', '-e', program], { stdio: ['ignore', 'pipe', 'inherit'] })
}

describe('a set-up step', () => {
  it('a set-up step makes its folder once and keeps it while the key stays the same', async () => {
    const folder = join(root, 'thing')
    let made = 0
    const make = async (work: string): Promise<void> => {
      made += 1
      writeFileSync(join(work, 'file'), String(made))
    }
    await provide(folder, 'v1', make)
    await provide(folder, 'v1', make)
    expect(made).toBe(1)
    await provide(folder, 'v2', make)
    expect(readFileSync(join(folder, 'file'), 'utf8')).toBe('2')
    expect([isProvided(folder, 'v1'), isProvided(folder, 'v2')]).toEqual([false, true])
  })

  it('a set-up step leaves nothing behind when it fails, and what was there before stays', async () => {
    const folder = join(root, 'thing')
    await provide(folder, 'v1', async (work) => writeFileSync(join(work, 'file'), 'first'))
    const failing = provide(folder, 'v2', async (work) => {
      writeFileSync(join(work, 'file'), 'second')
      throw new Error('the connection broke')
    })
    await expect(failing).rejects.toThrow('the connection broke')
    expect(readFileSync(join(folder, 'file'), 'utf8')).toBe('first')
    expect(readdirSync(root)).toEqual(['thing'])
  })

  it('a set-up step killed in the middle does not count, and the next one takes over its lock and clears its remains', async () => {
    const folder = join(root, 'thing')
    const child = setUpElsewhere(folder, true)
    await once(child.stdout, 'data')
    child.kill('SIGKILL')
    await once(child, 'exit')
    expect(existsSync(folder)).toBe(false)
    expect(readdirSync(root).some((name) => name.startsWith('thing.part-'))).toBe(true)
    await provide(folder, 'v1', async (work) => writeFileSync(join(work, 'file'), 'whole'))
    expect(readFileSync(join(folder, 'file'), 'utf8')).toBe('whole')
    expect(readdirSync(root).sort()).toEqual(['made', 'thing'])
  })

  it('a set-up step is done by one of two processes that want it at the same time', async () => {
    const folder = join(root, 'thing')
    const children = [setUpElsewhere(folder, false), setUpElsewhere(folder, false)]
    // The event's first argument is the exit code, by Node's documentation.
    const codes = await Promise.all(children.map(async (child) => (await once(child, 'exit'))[0] as number))
    expect(codes).toEqual([0, 0])
    expect(readFileSync(join(root, 'made'), 'utf8')).toBe('.')
  })

  it('a set-up step refuses to start without room on the disk and says how much is missing where', () => {
    expect(() => requireFreeSpace(join(root, 'not', 'yet'), Number.MAX_SAFE_INTEGER, 'TensorFlow')).toThrow(
      /TensorFlow needs \d+ MB of disk space in .*; \d+ MB are free/,
    )
  })

  it('a set-up step makes its folder anew when told to, and keeps the old one where that fails', async () => {
    const folder = join(root, 'thing')
    await provide(folder, 'v1', async (work) => writeFileSync(join(work, 'file'), 'first'))
    await expect(provide(folder, 'v1', () => Promise.reject(new Error('the connection broke')), true)).rejects.toThrow()
    expect([isProvided(folder, 'v1'), readFileSync(join(folder, 'file'), 'utf8')]).toEqual([true, 'first'])
    await provide(folder, 'v1', async (work) => writeFileSync(join(work, 'file'), 'second'), true)
    expect(readFileSync(join(folder, 'file'), 'utf8')).toBe('second')
  })
})

describe('the cache', () => {
  afterEach(() => vi.unstubAllEnvs())

  it.each(['SKIPLAB_CACHE', 'XDG_CACHE_HOME'])('the cache may be named by a relative %s', (name) => {
    vi.stubEnv('SKIPLAB_CACHE', '')
    vi.stubEnv(name, 'some/where')
    // Elsewhere than on Linux, only the first is asked for.
    if (name === 'SKIPLAB_CACHE' || process.platform === 'linux') expect(cacheRoot().startsWith(resolve('some', 'where'))).toBe(true)
    else expect(cacheRoot()).not.toContain('some')
  })

  it('the cache is below the home folder for "~/...", and never in the current folder when HOME is empty', () => {
    vi.stubEnv('HOME', '/home/me')
    vi.stubEnv('SKIPLAB_CACHE', '~/big')
    expect(cacheRoot()).toBe('/home/me/big')
    vi.stubEnv('SKIPLAB_CACHE', '')
    vi.stubEnv('XDG_CACHE_HOME', '')
    vi.stubEnv('HOME', '')
    expect(cacheRoot().startsWith(userInfo().homedir)).toBe(true)
  })

  it('the cache on a full disk may be moved, which does not help node_modules', () => {
    vi.stubEnv('SKIPLAB_CACHE', root)
    const full = 'npm error code ENOSPC\nnpm error nospc no space left on device, write'
    expect(fixAfter(full, join(root, 'binding'), 'check the connection')).toMatch(/free some space in .*SKIPLAB_CACHE/)
    expect(fixAfter(full, resolve('node_modules'), 'check the connection')).toMatch(/^free some space in [^,]*$/)
    expect(fixAfter("npm error code EACCES\nnpm error syscall 'rmdir'", resolve('node_modules'), 'check the connection')).toMatch(
      /^make .* writable for you/,
    )
    expect(fixAfter('npm error code ENOTFOUND', root, 'check the connection')).toBe('check the connection')
  })
})
