import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, readFileSync, rmSync, utimesSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import { describe, expect, it } from 'vitest'
import { withLock } from '../../../scripts/setup/lock.mjs'
import { temporaryFolder } from '../../support/temporary-folder.ts'

/** A process that holds the lock until its input ends. */
async function holdElsewhere(path: string) {
  const program = `
    import { once } from 'node:events'
    import { withLock } from ${JSON.stringify(pathToFileURL(resolve('scripts/setup/lock.mjs')).href)}
    await withLock(${JSON.stringify(path)}, async () => {
      console.log('holding')
      await once(process.stdin.resume(), 'end')
    })`
  const child = spawn(process.execPath, ['--input-type=module', '-e', program], { stdio: ['pipe', 'pipe', 'inherit'] })
  await once(child.stdout, 'data')
  return child
}

const longAgo = new Date(Date.now() - 3_600_000)

describe('a lock', () => {
  it('a lock of a living process is not taken over, however old it is', async () => {
    const path = join(await temporaryFolder(), 'lock')
    const child = await holdElsewhere(path)
    utimesSync(path, longAgo, longAgo)
    const order: string[] = []
    const waiting = withLock(path, async () => void order.push('ours'))
    await new Promise((done) => setTimeout(done, 1000))
    order.push('theirs ends')
    child.stdin.end()
    await waiting
    expect(order).toEqual(['theirs ends', 'ours'])
  })

  it('a lock of a process number that another process has now is taken over', async () => {
    const path = join(await temporaryFolder(), 'lock')
    const child = await holdElsewhere(path)
    const owner = JSON.parse(readFileSync(path, 'utf8')) as { pid: number; startedAt: string | null }
    child.kill('SIGKILL')
    await once(child, 'exit')
    // Only where a process's start can be told, else the number is all there is.
    writeFileSync(path, JSON.stringify({ ...owner, pid: owner.startedAt ? process.pid : owner.pid }))
    expect(await withLock(path, async () => 'ours')).toBe('ours')
  })

  it.each([
    ['is taken over when it was not refreshed for a minute', longAgo, true],
    ['is waited for while it is refreshed', new Date(), false],
  ])('a lock of another machine %s', async (_title, refreshed, taken) => {
    const path = join(await temporaryFolder(), 'lock')
    writeFileSync(path, JSON.stringify({ pid: process.pid, host: 'elsewhere' }))
    utimesSync(path, refreshed, refreshed)
    let ours = false
    const waiting = withLock(path, async () => void (ours = true))
    await new Promise((done) => setTimeout(done, 1000))
    expect(ours).toBe(taken)
    rmSync(path, { force: true })
    await waiting
  })

  it('a lock that somebody else has taken over is left to them', async () => {
    const path = join(await temporaryFolder(), 'lock')
    await withLock(path, async () => writeFileSync(path, 'theirs'))
    expect(readFileSync(path, 'utf8')).toBe('theirs')
  })

  it('a lock is gone when the work is done or has failed', async () => {
    const path = join(await temporaryFolder(), 'lock')
    await withLock(path, async () => undefined)
    expect(existsSync(path)).toBe(false)
    await expect(withLock(path, () => Promise.reject(new Error('no')))).rejects.toThrow('no')
    expect(existsSync(path)).toBe(false)
  })
})
