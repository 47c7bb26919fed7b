import { spawn } from 'node:child_process'
import { readdirSync } from 'node:fs'
import { cp, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { createServer } from 'node:http'
import { connect as connectSocket } from 'node:net'
import { join, resolve } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterEach, beforeEach, describe, expect, it, onTestFinished } from 'vitest'
import { createMessageConnection, StreamMessageReader, StreamMessageWriter } from 'vscode-jsonrpc/node'
import { z } from 'zod'
import { type CallName, calls, events, protocolVersion } from '../../../src/common/rpc/contract.ts'
import { addressFile, readAddress } from '../../../src/main/workspace/address.ts'
import { connectEngine } from '../../../src/main/client/client.ts'
import { endOtherEngine } from '../../../src/main/client/end-other-engine.ts'
import { commandLineOf, processStartedAt } from '../../../src/main/workspace/process-identity.ts'
import { expectFailure } from '../../support/expect-failure.ts'
import { engineScript, Lab, smallSweep, staysAlive } from '../../support/lab.ts'
import { seededRandom } from '../../support/seeded-random.ts'
import { Skiplab } from '../../support/skiplab-process.ts'
import { temporaryFolder } from '../../support/temporary-folder.ts'

/** TRIALS sets how often (`npm run trials`). */
const trials = Number(process.env.TRIALS ?? 20)
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

  it.runIf(process.platform === 'linux')(
    `by two apps and a command in ${trials} races, each after another end of the last one, gives one engine and each run one worker`,
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

  it('is not ended when the process of its number is something else', async () => {
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
    await expect(client.call('runs.get', { runId: 7 })).rejects.toMatchObject({
      code: 'not-found',
      message: 'There is no run 7 in this workspace.',
    })
    await expectFailure(client.call('sweeps.plan', { sweep: { ...sweep, dataset: 'stripe' } }), 'not-found', 'did you mean "stripes"?')
    await expect(client.call('sweeps.plan', { sweep: { ...sweep, dataset: 'cifar10' } })).rejects.toThrow(
      /skiplab data add cifar10 --from PATH/,
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

  it('of frames that are damaged anywhere are refused, and never taken for a greeting', async () => {
    const client = await lab.client()
    const random = seededRandom(6)
    const { token } = readAddress(lab.workspace)!
    const body = JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'hello', params: { protocolVersion, token } })
    const whole = Buffer.from(`Content-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`)
    // Which bits are flipped, or where it is cut, so that it is another greeting: in the token, the version or the frame around them.
    for (let trial = 0; trial < trials * 5; trial++) {
      const { socket, closed } = await rawSocket()
      let answer = ''
      socket.setEncoding('utf8').on('data', (text: string) => (answer += text))
      const at = body.indexOf(token) + whole.length - Buffer.byteLength(body) + Math.floor(random() * token.length)
      const damaged = Buffer.from(whole)
      if (trial % 2 === 0) damaged[at]! ^= 1 << Math.floor(random() * 7)
      else for (let byte = 0; byte < 5; byte++) damaged[Math.floor(random() * damaged.length)] = Math.floor(random() * 256)
      if (damaged.equals(whole)) continue
      socket.write(random() < 0.3 ? damaged.subarray(0, Math.floor(random() * damaged.length)) : damaged)
      socket.end()
      await closed
      // The frame's own id, "jsonrpc" or white space may be what was damaged; then the token is whole.
      if (trial % 2 === 0) expect(answer, `trial ${trial}`).not.toContain('"result"')
    }
    expect((await client.call('engine.status', {})).pid).toBe(lab.enginePid)
  })

  it('to every call are refused with a reason and change nothing', { timeout: 60_000 + trials * 3_000 }, async () => {
    const client = await lab.client()
    const [runId] = await lab.queue({ families: ['plain'] })
    await lab.untilOver()
    await client.call('queue.pause', {})
    const before = contents()
    const { connection, token } = await rawConnection()
    await connection.sendRequest('hello', { protocolVersion, token })
    const random = seededRandom(5)
    const pick = <T>(list: readonly T[]): T => list[Math.floor(random() * list.length)]!
    const sweep = { ...smallSweep, families: ['plain'] }
    const figure = { width: 400, title: null, panels: [], footer: [], legend: [] }
    // What each call takes, to be spoilt at one place.
    const inputs: Readonly<Record<CallName, object>> = {
      'engine.status': {},
      'engine.stop': { mode: 'now' },
      'engine.doctor': { speedTest: false },
      'engine.settings': {},
      'engine.configure': { threads: 1 },
      'engine.measure': {},
      'sweeps.plan': { sweep },
      'sweeps.queue': { sweep, again: true },
      'sweeps.list': {},
      'sweeps.get': { sweepId: 1 },
      'sweeps.rename': { sweepId: 1, name: 'x' },
      'sweeps.remove': { sweepId: 1, runs: true },
      'sweeps.restore': { sweepId: 1 },
      'runs.rename': { runId, name: 'x' },
      'runs.remove': { runIds: [runId] },
      'runs.restore': { runIds: [runId] },
      'templates.list': {},
      'templates.save': { name: 'mine', sweep },
      'templates.rename': { id: 1, name: 'yours' },
      'templates.remove': { id: 1 },
      'queue.list': {},
      'queue.pause': { selection: { runIds: [runId] }, when: 'now' },
      'queue.resume': { selection: { all: true } },
      'queue.cancel': { selection: { sweepId: 1 } },
      'queue.retry': { selection: { runIds: [runId] } },
      'queue.move': { runIds: [runId], to: { before: 2 } },
      'queue.setPriority': { runIds: [runId], priority: 1 },
      'queue.forecast': { by: 1 },
      'queue.setHours': { hours: { from: 1, to: 2, end: 'epoch' } },
      'queue.setWhenDone': { action: 'quit' },
      'runs.list': { filter: { states: ['finished'], tags: ['a'] }, limit: 1 },
      'runs.get': { runId },
      'runs.annotate': { runIds: [runId], annotation: { notes: 'x', addTags: ['a'] } },
      'runs.epochs': { runId },
      'runs.steps': { runId, metric: 'loss', smoothing: 0.5 },
      'runs.layerStatistics': { runId, epoch: 1 },
      'runs.events': { runId, limit: 5 },
      'runs.attempts': { from: 0, to: 1 },
      'exports.figure': { figure, format: 'svg' },
      'exports.networks': { designs: [{ family: 'plain', n: 1 }], width: 400, format: 'svg' },
      'exports.csv': { table: 'runs', runIds: [runId] },
      'datasets.list': {},
      'datasets.add': { name: 'shapes-10', from: null },
      'datasets.inspect': { name: 'stripes', from: '/nowhere' },
      'datasets.cancel': { name: 'stripes' },
      'datasets.verify': { name: 'stripes' },
      'datasets.remove': { name: 'stripes' },
      'datasets.samples': { name: 'stripes', split: 'test', classIndex: 0, count: 1 },
    }
    const deep = (depth: number): unknown => (depth === 0 ? 1 : [deep(depth - 1)])
    const values: readonly unknown[] = [
      null,
      true,
      -1,
      1.5,
      1e308,
      2 ** 53,
      '',
      'x'.repeat(100_000),
      [],
      [[]],
      {},
      '../../etc/passwd',
      '\u0000',
      "'; DROP TABLE runs; --",
      deep(500),
      Array.from({ length: 20_000 }, () => 'x'),
      { runIds: [] },
    ]
    const names = Object.keys(calls).filter(isCallName)
    const refused = new Map<string, number>()
    let sent = 0
    while (sent < trials * 100) {
      const name = pick(names)
      const input = spoil(inputs[name], random, values)
      // What the contract allows is no mistake, and might have an effect.
      if (calls[name].input.safeParse(JSON.parse(input)).success) continue
      sent++
      await expect(connection.sendRequest(name, JSON.parse(input) as object), `${name} ${input.slice(0, 200)}`).rejects.toSatisfy(
        (error) => responseErrorSchema.parse(error).data.code === 'bad-input',
      )
      refused.set(name, (refused.get(name) ?? 0) + 1)
    }
    for (const name of [
      ...Object.keys(events),
      '__proto__',
      'constructor',
      'toString',
      'hasOwnProperty',
      '',
      'x'.repeat(10_000),
      'engine.status ',
      'ENGINE.STATUS',
    ]) {
      await expect(connection.sendRequest(name, {}), name.slice(0, 50)).rejects.toSatisfy(
        (error) => responseErrorSchema.parse(error).data.code === 'not-found',
      )
    }
    expect(names.filter((name) => !refused.has(name))).toEqual([])
    expect(contents()).toEqual(before)
    expect((await client.call('engine.status', {})).pid).toBe(lab.enginePid)
    connection.dispose()
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

function isCallName(name: string): name is CallName {
  return Object.hasOwn(calls, name)
}

/** All rows of all tables. */
function contents(): unknown {
  const tables = lab.query<{ name: string }>("SELECT name FROM sqlite_schema WHERE type = 'table' ORDER BY name")
  return tables.map(({ name }) => [name, lab.query(`SELECT * FROM ${name}`)])
}

/**
 * An input as text with one thing wrong somewhere in it: another value, a field too many, or one too few. As text, since only what comes over
 * the wire can have a field `__proto__` like any other.
 */
function spoil(input: object, random: () => number, values: readonly unknown[]): string {
  const pick = <T>(list: readonly T[]): T => list[Math.floor(random() * list.length)]!
  const text = JSON.stringify(input)
  const stray = `${JSON.stringify(pick(['unexpected', '__proto__', 'constructor', 'toString', '']))}: ${JSON.stringify(pick([...values, { polluted: true }]))}`
  // After any opening brace: at the top or further in.
  const braces = [...text.matchAll(/\{/g)].map((match) => match.index + 1)
  if (random() < 0.3) {
    const at = pick(braces)
    return `${text.slice(0, at)}${stray}${text[at] === '}' ? '' : ', '}${text.slice(at)}`
  }
  const objects = values.filter((value) => value !== null && typeof value === 'object')
  const leaves = replaceLeaf(input, -1, null).leaves
  if (leaves === 0 || random() < 0.1) return JSON.stringify(pick(objects))
  return replaceLeaf(input, Math.floor(random() * leaves), pick(values)).text
}

function replaceLeaf(input: object, chosen: number, by: unknown): { text: string; leaves: number } {
  let leaves = 0
  const text = JSON.stringify(input, (_key, value: unknown) =>
    (value === null || typeof value !== 'object') && leaves++ === chosen ? by : value,
  )
  return { text, leaves }
}
