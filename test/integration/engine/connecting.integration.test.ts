import { spawn } from 'node:child_process'
import { cp, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { createServer } from 'node:http'
import { connect as connectSocket } from 'node:net'
import { join, resolve } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterEach, beforeEach, describe, expect, it, onTestFinished } from 'vitest'
import { createMessageConnection, StreamMessageReader, StreamMessageWriter } from 'vscode-jsonrpc/node'
import { z } from 'zod'
import { calls, events, protocolVersion } from '../../../src/common/rpc/contract.ts'
import { addressFile, readAddress } from '../../../src/main/engine/address.ts'
import { connectEngine } from '../../../src/main/engine/client.ts'
import { endOtherEngine } from '../../../src/main/engine/end-other-engine.ts'
import { processStartedAt } from '../../../src/main/engine/process-identity.ts'
import { expectFailure } from '../../support/expect-failure.ts'
import { engineScript, Lab, staysAlive } from '../../support/lab.ts'
import { seededRandom } from '../../support/seeded-random.ts'
import { Skiplab } from '../../support/skiplab-process.ts'
import { temporaryFolder } from '../../support/temporary-folder.ts'

const responseErrorSchema = z.object({ data: z.object({ code: z.string() }) })

let lab: Lab
beforeEach(async () => {
  lab = await Lab.open({ scripted: true })
})
afterEach(() => lab.close())

/** A connection that says what it likes. */
async function rawSocket() {
  const address = readAddress(lab.workspace)
  const socket = connectSocket(address!.socket)
  await new Promise((resolve) => socket.once('connect', resolve))
  socket.on('error', () => undefined)
  const closed = new Promise<void>((resolve) => socket.once('close', () => resolve()))
  return { socket, closed, token: address!.token }
}

async function rawConnection() {
  const { socket, closed, token } = await rawSocket()
  const connection = createMessageConnection(new StreamMessageReader(socket), new StreamMessageWriter(socket))
  connection.onError(() => undefined)
  connection.listen()
  return { connection, socket, closed, token }
}

describe('starting an engine', () => {
  it('by many at once gives one engine to all of them', async () => {
    const clients = await Promise.all(Array.from({ length: 4 }, () => lab.connect()))
    const pids = await Promise.all(clients.map(async (client) => (await client.call('engine.status', {})).pid))
    expect(new Set(pids).size).toBe(1)
    clients.forEach((client) => client.close())
  })

  it('that ends by itself when nobody needs it, and leaves no address behind', async () => {
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

  it('in a workspace that cannot be one says why', async () => {
    const workspace = join(await temporaryFolder(), 'file')
    await import('node:fs/promises').then(({ writeFile }) => writeFile(workspace, ''))
    await expect(connectEngine({ workspace, engineScript })).rejects.toThrow(/cannot be written/)
  })

  it('makes a socket and an address that only this user can use', async () => {
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

  it('is named with its process, and ended by its signal once its runs are saved', async () => {
    const client = await lab.client()
    const [runId] = await lab.queue({ families: ['plain'], set: { learningRate: 5 } })
    await client.call('engine.stop', { mode: 'checkpoint' })
    await expect(connectEngine({ workspace: lab.workspace, engineScript: await otherProgram(), workerScript: resolve('test/fixtures/scripted-worker.cjs') })).rejects.toThrow(/another protocol/)
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

  it('is not ended when the process of its number is something else', async () => {
    const other = spawn(process.execPath, ['-e', 'setInterval(() => undefined, 1000)', 'engine.cjs', '--workspace', `${lab.workspace}-other`])
    onTestFinished(() => void other.kill('SIGKILL'))
    await sleep(200)
    await expect(endOtherEngine(other.pid!, lab.workspace)).rejects.toMatchObject({ code: 'conflict', message: expect.stringContaining(`kill ${other.pid}`) as unknown })
    await sleep(200)
    expect(other.signalCode).toBeNull()
  })
})

describe('a proxy that the environment names', () => {
  it('is used for downloads, unless the user has said otherwise', async () => {
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
  it('is told of every commit, as is every other one', async () => {
    const [first, second] = [await lab.client(), await lab.connect()]
    const heard: string[] = []
    second.on('run.changed', (run) => heard.push(run.state))
    const epochs: number[] = []
    const datasets: string[] = []
    second.on('datasets.changed', (list) => datasets.push(list.map((each) => each.name).join()))
    second.on('run.epoch', ({ epoch }) => epochs.push(epoch.epoch))
    await first.call('sweeps.queue', { sweep: { name: 's', dataset: 'stripes', recipe: 'demo', families: ['plain'], n: [1], set: { batchSize: 32 } } })
    await lab.untilOver()
    await first.call('datasets.remove', { name: 'stripes' })
    await sleep(200)
    expect(datasets).toEqual([''])
    expect(heard[0]).toBe('waiting')
    expect(heard.at(-1)).toBe('finished')
    expect(epochs).toEqual([1, 2])
    second.close()
  })

  it('learns when the engine ends, and what it asked for meanwhile fails', async () => {
    const client = await lab.client()
    const reason = new Promise<string>((resolve) => client.onClose(resolve))
    process.kill(lab.enginePid, 'SIGKILL')
    expect(await reason).toBe('The connection to the engine ended.')
    await expect(client.call('engine.status', {})).rejects.toMatchObject({ code: 'unavailable' })
  })

  it('with a wrong token, of another protocol, or that asks before it says hello is refused', async () => {
    await lab.client()
    const { connection, token } = await rawConnection()
    await expect(connection.sendRequest('engine.status', {})).rejects.toThrow(/say hello first/)
    await expect(connection.sendRequest('hello', { protocolVersion, token: 'x'.repeat(token.length) })).rejects.toThrow(/wrong token/)
    await expect(connection.sendRequest('hello', { protocolVersion: protocolVersion + 1, token })).rejects.toThrow(/another Skiplab/)
    await expect(connection.sendRequest('engine.stop', { mode: 'now' })).rejects.toThrow(/say hello first/)
    connection.dispose()
  })

  it('hears what was wrong with a call: the field, what was expected, the nearest name', async () => {
    const client = await lab.client()
    const sweep = { name: 's', dataset: 'stripes', recipe: 'demo', families: ['plain' as const], n: [1] }
    await expect(client.call('runs.get', { runId: 7 })).rejects.toMatchObject({ code: 'not-found', message: 'There is no run 7 in this workspace.' })
    await expectFailure(client.call('sweeps.plan', { sweep: { ...sweep, dataset: 'stripe' } }), 'not-found', 'did you mean "stripes"?')
    await expect(client.call('sweeps.plan', { sweep: { ...sweep, dataset: 'cifar10' } })).rejects.toThrow(/skiplab data add cifar10 --from PATH/)
    await expectFailure(client.call('sweeps.plan', { sweep: { ...sweep, set: { learningrate: 1 } } }), 'bad-input', 'learningRate')
    await expectFailure(client.call('sweeps.plan', { sweep: { ...sweep, n: [0] } }), 'bad-input', 'sweep.n.0')
    await expect(client.call('datasets.samples', { name: 'stripes', split: 'test', classIndex: 9, count: 1 })).rejects.toMatchObject({ code: 'bad-input' })
    expect(await client.call('datasets.samples', { name: 'stripes', split: 'test', classIndex: 1, count: 2 })).toMatchObject([{ index: 1 }, { index: 5 }])
  })
})

describe('malformed words', () => {
  it('end the connection that sent them and nothing else', async () => {
    const client = await lab.client()
    const frame = (body: string) => `Content-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`
    const words = [
      'GET / HTTP/1.1\r\nHost: localhost\r\n\r\n',
      'Content-Length: many\r\n\r\n{}',
      'Content-Length: 99999999999\r\n\r\n' + 'x'.repeat(100),
      frame('{"jsonrpc": "2.0", "id": 1, "method"'),
      frame('null'),
      frame('[1, 2, 3]'),
      Buffer.from(Array.from({ length: 4096 }, (_, index) => (index * 151) & 255)),
      `X: ${'y'.repeat(20_000_000)}`,
    ]
    for (const each of words) {
      const { socket, closed } = await rawSocket()
      socket.write(each)
      socket.end()
      await closed
    }
    expect((await client.call('engine.status', {})).pid).toBe(lab.enginePid)
  })

  it('to every call are refused with a reason and change nothing', { timeout: 120_000 }, async () => {
    const client = await lab.client()
    await lab.queue({ families: ['plain'] })
    await lab.untilOver()
    const before = await client.call('runs.list', {})
    const { connection, token } = await rawConnection()
    await connection.sendRequest('hello', { protocolVersion, token })
    const random = seededRandom(5)
    const names = [...Object.keys(calls).filter((name) => name !== 'engine.stop'), ...Object.keys(events), '__proto__', 'constructor', 'toString', 'hello', '', 'x'.repeat(10_000)]
    const values: unknown[] = [null, true, -1, 1.5, 1e308, '', 'x'.repeat(100_000), [], [[]], {}, { __proto__: { polluted: true } }, JSON.parse('{"__proto__": {"polluted": true}}'), '../../etc/passwd', '\u0000', { runId: '1' }, { runIds: [] }]
    const fields = ['runId', 'runIds', 'sweep', 'selection', 'filter', 'name', 'from', 'mode', 'limit', 'offset', 'split', 'priority', 'to', '__proto__', 'constructor', 'toString']
    const pick = <T>(list: readonly T[]): T => list[Math.floor(random() * list.length)]!
    let refused = 0
    for (let turn = 0; turn < Number(process.env.TRIALS ?? 4) * 100; turn++) {
      const name = pick(names)
      const parts = Array.from({ length: Math.floor(random() * 4) + 1 }, () => `${JSON.stringify(pick(fields))}: ${JSON.stringify(pick(values))}`)
      // Parsed from text, as it would come over the wire: only so is `__proto__` a field like any other.
      const input = JSON.parse(`{${parts.join(', ')}, "unexpected": 1}`) as object
      await connection.sendRequest(name, input).catch((error: unknown) => {
        expect(['bad-input', 'not-found', 'unavailable']).toContain(responseErrorSchema.parse(error).data.code)
        refused++
      })
    }
    expect(refused).toBe(Number(process.env.TRIALS ?? 4) * 100)
    expect(await client.call('runs.list', {})).toEqual(before)
    expect(Object.hasOwn(Object.prototype, 'polluted')).toBe(false)
    connection.dispose()
  })
})
