import { mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs'
import { request } from 'node:http'
import { createConnection } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { WebSocket } from 'ws'
import { pageProtocol, tokenProtocolPrefix } from '../../../src/common/rpc/page-bridge.ts'
import { EngineLink } from '../../../src/main/client/link.ts'
import { BrowserSession } from '../../../src/main/serve/browser-session.ts'
import { newToken, serve, type Served } from '../../../src/main/serve/server.ts'
import { readOrMakeToken } from '../../../src/main/serve/token-file.ts'
import { FakeEngine } from '../../fixtures/fake-engine.ts'

const token = newToken()
let folder: string
let served: Served
let engine: FakeEngine
let link: EngineLink

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'skiplab-serve-'))
  mkdirSync(join(folder, 'page', 'assets'), { recursive: true })
  writeFileSync(join(folder, 'page', 'index.html'), '<!doctype html>')
  writeFileSync(join(folder, 'page', 'assets', 'a.js'), '1')
  writeFileSync(join(folder, 'secret.json'), '{}')
  engine = new FakeEngine()
  link = new EngineLink(async () => engine.client())
  await link.open()
  served = await serve({ link, pageFolder: join(folder, 'page'), exportsFolder: join(folder, 'exports'), port: 0, token })
})
afterAll(async () => {
  link.close()
  await served.close()
  rmSync(folder, { recursive: true })
})

function http(
  path: string,
  options: { method?: string; headers?: Record<string, string> } = {},
): Promise<{ status: number; headers: NodeJS.Dict<string | string[]>; body: string }> {
  return new Promise((done, fail) => {
    const asked = request(
      {
        host: '127.0.0.1',
        port: served.port,
        path,
        method: options.method ?? 'GET',
        headers: { Host: `127.0.0.1:${served.port}`, ...options.headers },
      },
      (response) => {
        let body = ''
        response.setEncoding('utf8').on('data', (part: string) => (body += part))
        response.on('end', () => done({ status: response.statusCode ?? 0, headers: response.headers, body }))
      },
    )
    asked.on('error', fail)
    asked.end()
  })
}

/** @returns the socket, or the status of the refusal */
function connect(
  options: { token?: string; origin?: string | undefined; host?: string; path?: string; protocols?: string[]; cookie?: string } = {},
): Promise<WebSocket | number> {
  const origin = 'origin' in options ? options.origin : `http://127.0.0.1:${served.port}`
  const socket = new WebSocket(
    `ws://127.0.0.1:${served.port}${options.path ?? '/engine'}`,
    options.protocols ?? [pageProtocol, tokenProtocolPrefix + (options.token ?? token)],
    {
      ...(origin === undefined ? {} : { origin }),
      headers: { Host: options.host ?? `127.0.0.1:${served.port}`, ...(options.cookie === undefined ? {} : { Cookie: options.cookie }) },
    },
  )
  return new Promise((done) => {
    socket.on('open', () => done(socket))
    socket.on('unexpected-response', (_request, response) => done(response.statusCode ?? 0))
    socket.on('error', () => undefined)
  })
}

describe('files of the page', () => {
  it('files of the page are served with a policy that allows nothing foreign', async () => {
    const { status, headers } = await http('/')
    expect(status).toBe(200)
    expect(headers['content-security-policy']).toContain("default-src 'none'")
    expect(headers['content-security-policy']).not.toContain('unsafe')
    expect(headers['access-control-allow-origin']).toBeUndefined()
  })

  it.each([
    '/../secret.json',
    '/..%2fsecret.json',
    '/%2e%2e/secret.json',
    '/assets/../../secret.json',
    '//etc/passwd',
    '/%00',
    '/%',
    '/assets',
    '/missing.js',
  ])('files of the page outside the folder or missing, such as %s, are not', async (path) => {
    expect((await http(path)).status).toBe(404)
  })

  it.each(['evil.example', 'localhost', '127.0.0.1', '127.0.0.1.evil.example:80', '[::1]:80'])(
    'files of the page are refused under the foreign name %s',
    async (host) => {
      expect((await http('/', { headers: { Host: host } })).status).toBe(403)
    },
  )

  it('files of the page are refused to foreign pages', async () => {
    for (const origin of ['http://evil.example', 'null', `http://localhost.evil.example:${served.port}`])
      expect((await http('/', { headers: { Origin: origin } })).status).toBe(403)
  })

  it('files of the page are only read, never posted to', async () => {
    for (const method of ['POST', 'PUT', 'DELETE', 'OPTIONS']) expect((await http('/', { method })).status).toBe(405)
  })
})

describe('the socket', () => {
  it('the socket opens for the own page with the token', async () => {
    const socket = await connect()
    expect(socket).toBeInstanceOf(WebSocket)
    if (socket instanceof WebSocket) socket.close()
  })

  it('the socket refuses a wrong, a missing and an empty token', async () => {
    expect(await connect({ token: newToken() })).toBe(401)
    expect(await connect({ token: '' })).toBe(401)
    expect(await connect({ protocols: [pageProtocol] })).toBe(401)
  })

  it('the socket refuses foreign pages, pages without an origin, and foreign names', async () => {
    expect(await connect({ origin: 'http://evil.example' })).toBe(403)
    expect(await connect({ origin: undefined })).toBe(403)
    expect(await connect({ host: 'evil.example' })).toBe(403)
  })

  it('the socket carries calls, refusals and events', async () => {
    const socket = await connect()
    if (!(socket instanceof WebSocket)) throw new Error('refused')
    const messages: unknown[] = []
    socket.on('message', (data: Buffer) => messages.push(JSON.parse(data.toString('utf8'))))
    socket.send(JSON.stringify({ id: 1, call: 'datasets.list', input: {} }))
    socket.send(JSON.stringify({ id: 2, call: 'runs.get', input: { runId: 7 } }))
    socket.send(JSON.stringify({ id: 3, call: 'engine.explode', input: {} }))
    await expect
      .poll(() => messages)
      .toEqual(
        expect.arrayContaining([
          expect.objectContaining({ type: 'reply', id: 1, reply: expect.objectContaining({ ok: true }) as unknown }),
          { type: 'reply', id: 2, reply: { ok: false, failure: { code: 'not-found', message: 'There is no run 7.' } } },
          { type: 'reply', id: 3, reply: { ok: false, failure: { code: 'bad-input', message: 'Unknown call "engine.explode".' } } },
        ]),
      )
    await engine.client().call('queue.pause', {})
    await expect
      .poll(() => messages)
      .toContainEqual(expect.objectContaining({ type: 'event', event: expect.objectContaining({ name: 'engine.changed' }) as unknown }))
    socket.close()
  })

  it('the socket hangs up on what is no request', async () => {
    for (const text of ['', 'null', '[]', '{"id":"1"}', '{"id":1,"call":"runs.list","input":{},"extra":1}']) {
      const socket = await connect()
      if (!(socket instanceof WebSocket)) throw new Error('refused')
      const closed = new Promise((done) => socket.on('close', done))
      socket.send(text)
      expect(await closed).toBe(1003)
    }
  })
})

describe('further tabs of a browser that showed the token', () => {
  const origin = () => `http://127.0.0.1:${served.port}`
  const remember = (headers: Record<string, string> = {}, path = '/session') =>
    http(path, { method: 'POST', headers: { Origin: origin(), Authorization: `Bearer ${token}`, ...headers } })

  async function given(): Promise<{ cookie: string; attributes: readonly string[]; door: string }> {
    const { status, headers, body } = await remember()
    expect(status).toBe(200)
    const [cookie = '', ...attributes] = String(headers['set-cookie']).split('; ')
    return { cookie, attributes, door: (JSON.parse(body) as { door: string }).door }
  }

  it('the cookie of further tabs is hidden from scripts, other sites and other ports of this machine', async () => {
    const { cookie, attributes, door } = await given()
    expect(cookie).toMatch(new RegExp(`^skiplab-${served.port}=[0-9a-f]{64}$`))
    expect(cookie).not.toContain(token)
    expect(attributes).toEqual(expect.arrayContaining(['HttpOnly', 'SameSite=Strict', `Path=/engine/${door}`]))
    expect(attributes.join()).not.toMatch(/domain/i)
    expect(door).toMatch(/^[0-9a-f]{32}$/)
    expect(token).not.toContain(door)
  })

  it('further tabs of a browser that showed the token are let in by cookie and door', async () => {
    const { cookie, door } = await given()
    const socket = await connect({ protocols: [pageProtocol], path: `/engine/${door}`, cookie: `other=1; ${cookie}` })
    expect(socket).toBeInstanceOf(WebSocket)
    if (socket instanceof WebSocket) socket.close()
  })

  it('further tabs are refused without their cookie, at another door, from a foreign page or host', async () => {
    const { cookie, door } = await given()
    const tab = (more: Parameters<typeof connect>[0]) => connect({ protocols: [pageProtocol], path: `/engine/${door}`, cookie, ...more })
    expect(await tab({ cookie: '' })).toBe(401)
    expect(await tab({ cookie: `skiplab-${served.port}=${newToken()}` })).toBe(401)
    expect(await tab({ cookie: cookie.replace(String(served.port), '7317') })).toBe(401)
    expect(await tab({ path: '/engine' })).toBe(401)
    expect(await tab({ path: `/engine/${'0'.repeat(32)}` })).toBe(401)
    expect(await tab({ protocols: [] })).toBe(401)
    expect(await tab({ origin: `http://127.0.0.1:${served.port + 1}` })).toBe(403)
    expect(await tab({ origin: undefined })).toBe(403)
    expect(await tab({ host: 'rebound.example' })).toBe(403)
    expect(await tab({ protocols: [pageProtocol, tokenProtocolPrefix + newToken()] }), 'a wrong token is not mended by a cookie').toBe(401)
  })

  it('no cookie is given for a wrong token, to a foreign page, without an origin or under a foreign name', async () => {
    const refused = [
      await remember({ Authorization: `Bearer ${newToken()}` }),
      await remember({ Authorization: '' }),
      await remember({ Origin: 'http://evil.example' }),
      await remember({ Origin: `http://127.0.0.1:${served.port + 1}` }),
      await remember({ Host: 'rebound.example' }),
      await http('/session', { method: 'POST', headers: { Authorization: `Bearer ${token}` } }),
      await remember({}, '/session?x'),
    ]
    expect(refused.map(({ status }) => status)).toEqual([401, 401, 403, 403, 403, 401, 405])
    for (const { headers } of refused) expect(headers['set-cookie']).toBeUndefined()
  })

  it('an archive of the exports is handed out to who brings the cookie, under its own name', async () => {
    const { cookie, door } = await given()
    const get = (path: string, headers = { Cookie: cookie }) => http(path, { headers })
    mkdirSync(join(folder, 'exports'))
    for (const name of ['größe.zip', '.hidden.zip', 'notes.txt']) writeFileSync(join(folder, 'exports', name), 'packed')
    writeFileSync(join(folder, 'outside.zip'), 'packed')
    symlinkSync(join(folder, 'secret.json'), join(folder, 'exports', 'link.zip'))
    const at = (name: string) => `/engine/${door}/exports/${name}`
    const given200 = await get(at(encodeURIComponent('größe.zip')))
    expect(given200).toMatchObject({ status: 200, body: 'packed', headers: { 'content-type': 'application/zip' } })
    expect(given200.headers['content-disposition']).toContain('gr%C3%B6%C3%9Fe.zip')
    const refused = [
      '.hidden.zip',
      'notes.txt',
      'missing.zip',
      'link.zip',
      '..%2foutside.zip',
      '%2e%2e/outside.zip',
      '%00.zip',
      '%',
      'sub/a.zip',
    ]
    for (const name of refused) expect((await get(at(name))).status, name).toBe(404)
    const other = `/engine/${'0'.repeat(32)}/exports/gr%C3%B6%C3%9Fe.zip`
    expect((await get(other)).status).toBe(404)
    expect((await get(at('gr%C3%B6%C3%9Fe.zip'), { Cookie: '' })).status).toBe(404)
    expect((await http(at('gr%C3%B6%C3%9Fe.zip'), { headers: { Cookie: cookie, Origin: 'http://evil.example' } })).status).toBe(403)
  })

  it('further tabs are let in by a server that starts again on its port, and not on another', async () => {
    const { cookie, door } = await given()
    const again = new BrowserSession(token)
    expect(again.door).toBe(door)
    expect(again.cookie(served.port)).toContain(cookie)
    expect(again.cookie(served.port + 1)).not.toContain(cookie.split('=')[1])
    expect(new BrowserSession(newToken()).door).not.toBe(door)
  })
})

describe('the token', () => {
  it('the token lies in a file that only its owner can read, and stays the same', () => {
    const first = readOrMakeToken(folder)
    expect(first).toMatch(/^[0-9a-f]{64}$/)
    expect(readOrMakeToken(folder)).toBe(first)
    if (process.platform !== 'win32') expect(statSync(join(folder, 'serve-token')).mode & 0o777).toBe(0o600)
  })

  it('the token is made anew when its file is damaged', () => {
    writeFileSync(join(folder, 'serve-token'), 'x')
    expect(readOrMakeToken(folder)).toMatch(/^[0-9a-f]{64}$/)
    expect(readFileSync(join(folder, 'serve-token'), 'utf8').trim()).toHaveLength(64)
  })
})

describe('closing', () => {
  it('closing the server waits for no connection, not even for a refused one that the other side leaves half open', async () => {
    const other = await serve({ link, pageFolder: join(folder, 'page'), exportsFolder: join(folder, 'exports'), port: 0, token })
    const refused = createConnection({ port: other.port, host: '127.0.0.1', allowHalfOpen: true })
    const answered = new Promise<string>((done) => refused.setEncoding('utf8').once('data', done))
    refused.on('error', () => undefined)
    refused.write(
      `GET /engine HTTP/1.1\r\nHost: 127.0.0.1:${other.port}\r\nConnection: Upgrade\r\nUpgrade: ` +
        `websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n\r\n`,
    )
    expect(await answered).toMatch(/^HTTP\/1\.1 40[13] /)
    await other.close()
    refused.destroy()
  })
})
