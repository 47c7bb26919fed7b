import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { z } from 'zod'
import { type CallName, calls, events, protocolVersion } from '../../../src/common/rpc/contract.ts'
import { readAddress } from '../../../src/main/workspace/address.ts'
import { Lab } from '../../support/lab.ts'
import { rawConnection, rawSocket } from '../../support/raw-connection.ts'
import { seededRandom } from '../../support/seeded-random.ts'
import { spoil, validInputs } from '../../support/spoilt-input.ts'

/** TRIALS sets how often (`npm run trials`). */
const trials = Number(process.env.TRIALS ?? 20)
const responseErrorSchema = z.object({ data: z.object({ code: z.string() }) })
/** Names that no call has. */
const notCalls = ['__proto__', 'constructor', 'toString', 'hasOwnProperty', '', 'x'.repeat(10_000), 'engine.status ', 'ENGINE.STATUS']

let lab: Lab
beforeEach(async () => {
  lab = await Lab.open({ scripted: true })
})
afterEach(() => lab.close())

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
      const { socket, closed } = await rawSocket(lab.workspace)
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
      const { socket, closed } = await rawSocket(lab.workspace)
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
    const { connection, token } = await rawConnection(lab.workspace)
    await connection.sendRequest('hello', { protocolVersion, token })
    const random = seededRandom(5)
    const pick = <T>(list: readonly T[]): T => list[Math.floor(random() * list.length)]!
    const inputs = validInputs(runId!)
    const names = Object.keys(calls).filter(isCallName)
    const refused = new Map<string, number>()
    let sent = 0
    while (sent < trials * 100) {
      const name = pick(names)
      const input = spoil(inputs[name], random)
      // What the contract allows is no mistake, and might have an effect.
      if (calls[name].input.safeParse(JSON.parse(input)).success) continue
      sent++
      await expect(connection.sendRequest(name, JSON.parse(input) as object), `${name} ${input.slice(0, 200)}`).rejects.toSatisfy(
        (error) => responseErrorSchema.parse(error).data.code === 'bad-input',
      )
      refused.set(name, (refused.get(name) ?? 0) + 1)
    }
    for (const name of [...Object.keys(events), ...notCalls]) {
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

function isCallName(name: string): name is CallName {
  return Object.hasOwn(calls, name)
}

/** All rows of all tables. */
function contents(): unknown {
  const tables = lab.query<{ name: string }>("SELECT name FROM sqlite_schema WHERE type = 'table' ORDER BY name")
  return tables.map(({ name }) => [name, lab.query(`SELECT * FROM ${name}`)])
}
