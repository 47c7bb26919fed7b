import { execFileSync } from 'node:child_process'
import { cpSync, existsSync, mkdirSync, readFileSync, renameSync, rmSync, symlinkSync, unlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterEach, beforeEach, describe, expect, it, onTestFinished } from 'vitest'
import { connectEngine } from '../../../src/main/client/client.ts'
import { addressFile, readAddress } from '../../../src/main/workspace/address.ts'
import { processStartedAt } from '../../../src/main/workspace/process-identity.ts'
import { engineScript, killNow, Lab, staysAlive } from '../../support/lab.ts'
import { Skiplab } from '../../support/skiplab-process.ts'
import { temporaryFolder } from '../../support/temporary-folder.ts'

let lab: Lab
beforeEach(async () => {
  lab = await Lab.open({ scripted: true })
})
afterEach(() => lab.close())

/** A path for a copy, whose engine is ended with the test. */
async function place(name = 'copy'): Promise<string> {
  const path = join(await temporaryFolder(), name)
  onTestFinished(() => {
    const address = readAddress(path)
    if (address && address.pid !== readAddress(lab.workspace)?.pid) killNow(address.pid)
  })
  return path
}

const engineOf = async (workspace: string) => {
  const client = await connectEngine({ workspace, engineScript })
  try {
    return (await client.call('engine.status', {})).pid
  } finally {
    client.close()
  }
}
const hasStripes = (workspace: string) => existsSync(join(workspace, 'datasets', 'stripes'))

describe('a workspace that was copied while its engine ran', () => {
  it.runIf(process.platform === 'linux').each([
    ['cp -a', ['-a']],
    ['cp -r', ['-r']],
  ])('a workspace copied under its engine has its own engine and never commands the original: %s', async (_name, options) => {
    await lab.client()
    const copy = await place()
    execFileSync('cp', [...options, lab.workspace, copy])
    expect((await new Skiplab(copy).run('engine', 'status')).stdout).toContain('No engine runs for')
    expect((await new Skiplab(copy).run('data', 'remove', 'stripes')).exitCode).toBe(0)
    expect([hasStripes(copy), hasStripes(lab.workspace)]).toEqual([false, true])
    expect((await new Skiplab(copy).run('engine', 'stop')).exitCode).toBe(0)
    expect(processStartedAt(lab.enginePid)).not.toBeNull()
    expect(await engineOf(lab.workspace)).toBe(lab.enginePid)
  })

  it('a workspace that was copied while its engine ran leaves the workers of the original alone', async () => {
    await lab.queue({ families: ['plain'], set: { learningRate: 5 } })
    await expect.poll(() => lab.workerPids().length, { timeout: 20_000 }).toBe(1)
    const [worker] = lab.workerPids()
    const copy = await place()
    cpSync(lab.workspace, copy, { recursive: true, filter: (path) => !path.endsWith('.sock') })
    await engineOf(copy)
    await sleep(300)
    expect(processStartedAt(worker!)).not.toBeNull()
    expect(lab.workerPids()).toEqual([worker])
  })

  it('a workspace that was copied while its engine ran keeps the socket of a long path apart from the original’s', async () => {
    const long = await place('x'.repeat(120))
    cpSync(lab.workspace, long, { recursive: true })
    const first = await engineOf(long)
    const copy = await place('y'.repeat(120))
    cpSync(long, copy, { recursive: true })
    expect(readAddress(copy)?.pid).toBe(first)
    expect(await engineOf(copy)).not.toBe(first)
    expect(await engineOf(long)).toBe(first)
  })
})

describe('a workspace by several paths', () => {
  it('a workspace by several paths has one engine, also through links', async () => {
    const link = await place('link')
    symlinkSync(lab.workspace, link)
    const pid = await engineOf(link)
    expect(await engineOf(lab.workspace)).toBe(pid)
    expect((await new Skiplab(link).run('engine', 'status')).stdout).toContain(`process ${pid}`)
  })

  it('a workspace by several paths is not mistaken for the one to which a link leads later', async () => {
    const [other, link] = [await Lab.open({ scripted: true }), await place('link')]
    onTestFinished(() => other.close())
    symlinkSync(lab.workspace, link)
    const pid = await engineOf(link)
    unlinkSync(link)
    symlinkSync(other.workspace, link)
    expect(await engineOf(link)).not.toBe(pid)
    expect(readAddress(lab.workspace)?.pid).toBe(pid)
    await sleep(1500)
    expect(await engineOf(lab.workspace)).toBe(pid)
  })

  it('a workspace by several paths gets a new engine where it was moved to, and the old one ends', async () => {
    await lab.client()
    const old = lab.enginePid
    const moved = await place('moved')
    renameSync(lab.workspace, moved)
    const pid = await engineOf(moved)
    expect(pid).not.toBe(old)
    expect(await staysAlive(old)).toBe(false)
    renameSync(moved, lab.workspace)
  })
})

describe('a backup that is put back while an engine runs', () => {
  it('a backup that is put back while an engine runs is served by a new engine, with what it holds', async () => {
    const client = await lab.client()
    const ended = lab.enginePid
    await client.call('engine.stop', { mode: 'checkpoint' })
    // Until the process has ended it removes files of its database.
    expect(await staysAlive(ended)).toBe(false)
    const backup = await place('backup')
    cpSync(lab.workspace, backup, { recursive: true })
    await lab.queue({ families: ['plain'] })
    await lab.untilOver()
    const old = lab.enginePid
    for (const name of ['skiplab.db', 'skiplab.db-wal', 'skiplab.db-shm']) rmSync(join(lab.workspace, name), { force: true })
    cpSync(join(backup, 'skiplab.db'), join(lab.workspace, 'skiplab.db'))
    expect(await staysAlive(old)).toBe(false)
    expect(await lab.runs()).toEqual([])
  })

  it('a backup put back under an engine brings no dead address back, and a lost one is written again', async () => {
    await lab.client()
    const { pid } = readAddress(lab.workspace)!
    const text = readFileSync(addressFile(lab.workspace), 'utf8')
    writeFileSync(addressFile(lab.workspace), text.replace(/"token":"\w{4}/, '"token":"0000'))
    await expect.poll(() => readFileSync(addressFile(lab.workspace), 'utf8'), { timeout: 5000 }).toBe(text)
    rmSync(addressFile(lab.workspace))
    expect(await engineOf(lab.workspace)).toBe(pid)
  })
})

describe('a folder for a workspace', () => {
  it('a folder for a workspace may be made anew in the place of one that was removed', async () => {
    await lab.client()
    const old = lab.enginePid
    rmSync(lab.workspace, { recursive: true, force: true })
    mkdirSync(lab.workspace)
    const pid = await engineOf(lab.workspace)
    expect(pid).not.toBe(old)
    expect(await staysAlive(old)).toBe(false)
    // The old engine's end has left the new one's socket alone.
    expect(await engineOf(lab.workspace)).toBe(pid)
  })

  it('a folder for a workspace gets its socket back when somebody clears it away', async (context) => {
    if (process.platform === 'win32') return context.skip('a pipe of Windows is no file that could be removed')
    const client = await lab.client()
    const { pid, socket } = readAddress(lab.workspace)!
    rmSync(socket)
    expect(await engineOf(lab.workspace)).toBe(pid)
    expect((await client.call('engine.status', {})).pid).toBe(pid)
  })
})
