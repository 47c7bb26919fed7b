import { spawn } from 'node:child_process'
import { readdirSync } from 'node:fs'
import { cp, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { createServer } from 'node:http'
import { join, resolve } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterEach, beforeEach, describe, expect, it, onTestFinished } from 'vitest'
import { z } from 'zod'
import { protocolVersion } from '../../../src/common/rpc/contract.ts'
import { addressFile, readAddress } from '../../../src/main/workspace/address.ts'
import { connectEngine } from '../../../src/main/client/client.ts'
import { endOtherEngine } from '../../../src/main/client/end-other-engine.ts'
import { commandLineOf, processStartedAt } from '../../../src/main/workspace/process-identity.ts'
import { expectFailure } from '../../support/expect-failure.ts'
import { engineScript, Lab, staysAlive } from '../../support/lab.ts'
import { rawConnection } from '../../support/raw-connection.ts'
import { seededRandom } from '../../support/seeded-random.ts'
import { Skiplab } from '../../support/skiplab-process.ts'
import { temporaryFolder } from '../../support/temporary-folder.ts'

/** TRIALS sets how often (`npm run trials`). */
const trials = Number(process.env.TRIALS ?? 20)

let lab: Lab
beforeEach(async () => {
  lab = await Lab.open({ scripted: true })
})
afterEach(() => lab.close())

describe('starting an engine', () => {
  it('starting an engine by many at once gives one engine to all of them', async () => {
    const clients = await Promise.all(Array.from({ length: 4 }, () => lab.connect()))
    const pids = await Promise.all(clients.map(async (client) => (await client.call('engine.status', {})).pid))
    expect(new Set(pids).size).toBe(1)
    clients.forEach((client) => client.close())
  })

  it.runIf(process.platform === 'linux')(
    `two apps and a command that start an engine in ${trials} races get one engine, and each run one worker`,
    { timeout: 60_000 + trials * 20_000 },
    async () => {
      const here = await Lab.open()
      onTestFinished(() => here.close())
      const skiplab = new Skiplab(here.workspace)
      const random = seededRandom(7)
      await here.queue({ families: ['plain'], set: { epochs: 10_000, batchSize: 160, stepLogInterval: 1000, statisticsSize: 0 } })
      const pids = new Set<number>()
      for (let race = 0; race < trials; race++) {
        const last = here.enginePid
        if (random() < 0.5) process.kill(last, 'SIGKILL')
        else process.kill(last, 'SIGTERM')
        const late = <T>(start: () => Promise<T>) => sleep(random() * 150).then(start)
        const [app, other, command] = await Promise.all([
          late(() => here.connect()),
          late(() => here.connect()),
          late(() => skiplab.run('queue', '--json')),
        ])
        const [first, second] = await Promise.all([app, other].map(async (client) => (await client.call('engine.status', {})).pid))
        expect([command.exitCode, command.stderr]).toEqual([0, ''])
        expect(second).toBe(first)
        await expect.poll(() => processesOf(here.workspace, 'engine.cjs'), { timeout: 15_000 }).toEqual([first])
        await expect.poll(() => here.workerPids().length, { timeout: 30_000 }).toBe(1)
        expect(await here.problems()).toEqual([])
        pids.add(first!)
        app.close()
        other.close()
      }
      expect(pids.size).toBe(trials)
    },
  )

  it('starting an engine that ends by itself when nobody needs it, and leaves no address behind', async () => {
    const client = await connectEngine({ workspace: lab.workspace, engineScript, idleExitMs: 0 })
    const { pid } = await client.call('engine.status', {})
    client.close()
    expect(await staysAlive(pid)).toBe(false)
    expect(readAddress(lab.workspace)).toBeNull()
    await expect(connectEngine({ workspace: lab.workspace, engineScript, start: false })).rejects.toMatchObject({ code: 'unavailable' })
  })

  it('right while another ends waits for that one', async () => {
    const first = await lab.connect()
    const { pid } = await first.call('engine.status', {})
    const stopping = first.call('engine.stop', { mode: 'checkpoint' })
    const second = await lab.connect()
    await stopping
    expect((await second.call('engine.status', {})).pid).not.toBe(pid)
    second.close()
  })

  it('starting an engine in a workspace that cannot be one says why', async () => {
    const workspace = join(await temporaryFolder(), 'file')
    await import('node:fs/promises').then(({ writeFile }) => writeFile(workspace, ''))
    await expect(connectEngine({ workspace, engineScript })).rejects.toThrow(/cannot be written/)
  })

  it('starting an engine makes a socket and an address that only this user can use', async () => {
    await lab.client()
    expect((await stat(join(lab.workspace, 'engine.sock'))).mode & 0o777).toBe(0o600)
    expect((await stat(addressFile(lab.workspace))).mode & 0o777).toBe(0o600)
  })
})

describe('an engine of another protocol', () => {
  /** The built program with another number in it, so that it is a whole engine with which this one cannot speak. */
  async function otherProgram(): Promise<string> {
    const folder = resolve('out', `other-${process.pid}`)
    await cp(resolve('out/main'), folder, { recursive: true })
    onTestFinished(() => rm(folder, { recursive: true }))
    const script = join(folder, 'engine.cjs')
    const text = await readFile(script, 'utf8')
    const changed = text.replace(`protocolVersion !== ${protocolVersion}`, `protocolVersion !== ${protocolVersion - 1}`)
    expect(changed).not.toBe(text)
    await writeFile(script, changed)
    return script
  }

  it('an engine of another protocol is named with its process, and ended by its signal once its runs are saved', async () => {
    const client = await lab.client()
    const [runId] = await lab.queue({ families: ['plain'], set: { learningRate: 5 } })
    await client.call('engine.stop', { mode: 'checkpoint' })
    await expect(
      connectEngine({
        workspace: lab.workspace,
        engineScript: await otherProgram(),
        workerScript: resolve('test/fixtures/scripted-worker.cjs'),
      }),
    ).rejects.toThrow(/another protocol/)
    const { pid } = readAddress(lab.workspace)!
    while (lab.workerPids().length === 0) await sleep(50)

    const skiplab = new Skiplab(lab.workspace)
    const status = await skiplab.run('engine', 'status')
    expect(status.exitCode).toBe(5)
    expect(status.stderr).toMatch(new RegExp(`^skiplab: The engine .*process ${pid}.*npx skiplab engine stop.*\\n$`))
    const stop = await skiplab.run('engine', 'stop', '--json')
    expect([stop.stderr, stop.stdout, stop.exitCode]).toEqual(['', '{"stopped":true}\n', 0])
    expect(processStartedAt(pid)).toBeNull()
    expect(lab.query(`SELECT state FROM runs WHERE id = ${runId}`)).toEqual([{ state: 'interrupted' }])
  })

  it('an engine of another protocol is not ended when the process of its number is something else', async () => {
    const other = spawn(process.execPath, [
      '-e',
      'setInterval(() => undefined, 1000)',
      'engine.cjs',
      '--workspace',
      `${lab.workspace}-other`,
    ])
    onTestFinished(() => void other.kill('SIGKILL'))
    await sleep(200)
    await expect(endOtherEngine(other.pid!, lab.workspace)).rejects.toMatchObject({
      code: 'conflict',
      message: expect.stringContaining(`kill ${other.pid}`) as unknown,
    })
    await sleep(200)
    expect(other.signalCode).toBeNull()
  })
})

describe('a proxy that the environment names', () => {
  it('a proxy that the environment names is used for downloads, unless the user has said otherwise', async () => {
    const asked: string[] = []
    const proxy = createServer().on('connect', ({ url }, socket) => {
      asked.push(url ?? '')
      socket.end('HTTP/1.1 502 Bad Gateway\r\n\r\n')
    })
    await new Promise<void>((listening) => proxy.listen(0, '127.0.0.1', listening))
    onTestFinished(() => void proxy.close())
    const { port } = z.object({ port: z.int() }).parse(proxy.address())
    const env = { HTTPS_PROXY: `http://127.0.0.1:${port}`, https_proxy: `http://127.0.0.1:${port}`, NO_PROXY: '', no_proxy: '' }
    const client = await connectEngine({ workspace: lab.workspace, engineScript, env })
    const added = client.call('datasets.add', { name: 'cifar10', from: null }).catch(() => 'failed')
    await expect.poll(() => asked, { timeout: 10_000 }).toContain('www.cs.toronto.edu:443')
    await client.call('engine.stop', { mode: 'now' })
    expect(await added).toBe('failed')
  })
})

describe('a connection', () => {
  it('a connection is told of every commit, as is every other one', async () => {
    const [first, second] = [await lab.client(), await lab.connect()]
    const heard: string[] = []
    second.on('run.changed', (run) => heard.push(run.state))
    const epochs: number[] = []
    const datasets: string[] = []
    second.on('datasets.changed', (list) => datasets.push(list.map((each) => each.name).join()))
    second.on('run.epoch', ({ epoch }) => epochs.push(epoch.epoch))
    await first.call('sweeps.queue', {
      sweep: { name: 's', dataset: 'stripes', recipe: 'demo', families: ['plain'], n: [1], set: { batchSize: 32 } },
    })
    await lab.untilOver()
    await first.call('datasets.remove', { name: 'stripes' })
    await sleep(200)
    expect(datasets).toEqual([''])
    expect(heard[0]).toBe('waiting')
    expect(heard.at(-1)).toBe('finished')
    expect(epochs).toEqual([1, 2])
    second.close()
  })

  it('a connection learns when the engine ends, and what it asked for meanwhile fails', async () => {
    const client = await lab.client()
    const reason = new Promise<string>((resolve) => client.onClose(resolve))
    process.kill(lab.enginePid, 'SIGKILL')
    expect(await reason).toBe('The connection to the engine ended.')
    await expect(client.call('engine.status', {})).rejects.toMatchObject({ code: 'unavailable' })
  })

  it('a connection with a wrong token, of another protocol, or that asks before it says hello is refused', async () => {
    await lab.client()
    const { connection, token } = await rawConnection(lab.workspace)
    await expect(connection.sendRequest('engine.status', {})).rejects.toThrow(/say hello first/)
    await expect(connection.sendRequest('hello', { protocolVersion, token: 'x'.repeat(token.length) })).rejects.toThrow(/wrong token/)
    await expect(connection.sendRequest('hello', { protocolVersion: protocolVersion + 1, token })).rejects.toThrow(/another Skiplab/)
    await expect(connection.sendRequest('engine.stop', { mode: 'now' })).rejects.toThrow(/say hello first/)
    connection.dispose()
  })

  it('a connection hears what was wrong with a call: the field, what was expected, the nearest name', async () => {
    const client = await lab.client()
    const sweep = { name: 's', dataset: 'stripes', recipe: 'demo', families: ['plain' as const], n: [1] }
    await expect(client.call('runs.get', { runId: 7 })).rejects.toMatchObject({
      code: 'not-found',
      message: 'There is no run 7 in this workspace.',
    })
    await expectFailure(client.call('sweeps.plan', { sweep: { ...sweep, dataset: 'stripe' } }), 'not-found', 'did you mean "stripes"?')
    await expect(client.call('sweeps.plan', { sweep: { ...sweep, dataset: 'cifar10' } })).rejects.toThrow(
      /add it with: skiplab data add cifar10$/,
    )
    await expectFailure(client.call('sweeps.plan', { sweep: { ...sweep, set: { learningrate: 1 } } }), 'bad-input', 'learningRate')
    await expectFailure(client.call('sweeps.plan', { sweep: { ...sweep, n: [0] } }), 'bad-input', 'Sweep, n, item 1: expected at least 1.')
    await expect(client.call('datasets.samples', { name: 'stripes', split: 'test', classIndex: 9, count: 1 })).rejects.toMatchObject({
      code: 'bad-input',
    })
    expect(await client.call('datasets.samples', { name: 'stripes', split: 'test', classIndex: 1, count: 2 })).toMatchObject([
      { index: 1 },
      { index: 5 },
    ])
  })
})

/** Numbers of the processes that run a script for a workspace. */
function processesOf(workspace: string, script: string): number[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map(Number)
    .filter((pid) => {
      const line = commandLineOf(pid)
      return line?.includes(script) && line.includes(`--workspace ${workspace}`)
    })
}
