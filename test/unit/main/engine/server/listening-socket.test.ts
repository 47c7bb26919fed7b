import { existsSync, mkdirSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { connect, type Socket } from 'node:net'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { beforeEach, describe, expect, it, onTestFinished } from 'vitest'
import { ListeningSocket } from '../../../../../src/main/engine/server/listening-socket.ts'
import { temporaryFolder } from '../../../../support/temporary-folder.ts'

async function socketIn(folder: string) {
  const accepted: Socket[] = []
  const listening = new ListeningSocket(
    join(folder, 'engine.sock'),
    (socket) => void accepted.push(socket.resume()),
    (error) => {
      throw error
    },
  )
  onTestFinished(async () => {
    accepted.forEach((socket) => socket.destroy())
    await listening.close()
  })
  await listening.listen()
  return { listening, accepted }
}

async function connected(folder: string): Promise<Socket> {
  const socket = connect(join(folder, 'engine.sock'))
  onTestFinished(() => void socket.destroy())
  await new Promise((resolve, reject) => socket.once('connect', resolve).once('error', reject))
  return socket
}

describe('a listening socket', () => {
  beforeEach((context) => {
    if (process.platform === 'win32') context.skip('a pipe of Windows is no file')
  })

  it('a listening socket is this user’s alone, and leaves nothing when it closes', async () => {
    const folder = await temporaryFolder()
    const { listening } = await socketIn(folder)
    expect(statSync(join(folder, 'engine.sock')).mode & 0o777).toBe(0o600)
    mkdirSync(join(folder, 'made later'))
    expect(statSync(join(folder, 'made later')).mode & 0o100, 'what others make meanwhile keeps its mode').toBe(0o100)
    await connected(folder).then((socket) => socket.destroy())
    await listening.close()
    expect(existsSync(join(folder, 'engine.sock'))).toBe(false)
    expect(existsSync(join(folder, `e${process.pid.toString(36)}.sock`))).toBe(false)
  })

  it('a listening socket that closes leaves that of another in its place', async () => {
    const folder = await temporaryFolder()
    const { listening: old } = await socketIn(folder)
    rmSync(join(folder, 'engine.sock'))
    await socketIn(folder)
    expect(old.isLost).toBe(true)
    await old.close()
    await connected(folder)
  })

  it('a listening socket comes back with its folder, keeps its connections, and waits for them when it closes', async () => {
    const folder = join(await temporaryFolder(), 'runtime')
    mkdirSync(folder)
    const { listening, accepted } = await socketIn(folder)
    const before = await connected(folder)
    rmSync(folder, { recursive: true })
    expect(listening.isLost).toBe(true)
    await listening.restore()
    expect(listening.isLost).toBe(false)
    await connected(folder)
    await expect.poll(() => accepted.length).toBe(2)
    expect(before.destroyed).toBe(false)
    let isClosed = false
    const closed = listening.close().then(() => (isClosed = true))
    accepted[1]!.destroy()
    await sleep(50)
    expect(isClosed).toBe(false)
    accepted[0]!.destroy()
    await closed
  })

  it('a listening socket that cannot come back says why, and comes back later', async () => {
    const folder = join(await temporaryFolder(), 'runtime')
    mkdirSync(folder)
    const { listening } = await socketIn(folder)
    rmSync(folder, { recursive: true })
    writeFileSync(folder, 'a file in its place')
    await expect(listening.restore()).rejects.toThrow(/EEXIST|ENOTDIR/)
    rmSync(folder)
    await listening.restore()
    await connected(folder)
  })
})
