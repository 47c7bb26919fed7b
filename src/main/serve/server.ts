import { randomBytes } from 'node:crypto'
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { Socket } from 'node:net'
import type { Duplex } from 'node:stream'
import { type WebSocket, WebSocketServer } from 'ws'
import { pageProtocol, pageRequestSchema, type ServeMessage, sessionPath } from '../../common/rpc/page-bridge.ts'
import type { EngineLink } from '../client/link.ts'
import { pageHeaders, readPageFile } from '../client/page-files.ts'
import { sendExport } from './export-download.ts'
import { BrowserSession } from './browser-session.ts'

const maximumMessageBytes = 4 * 1024 * 1024
/** Most bytes that wait for a page; one that stops reading is disconnected, and fetches anew when it returns. */
const maximumBacklogBytes = 64 * 1024 * 1024

export interface ServeOptions {
  readonly link: EngineLink
  /** Folder of the built page, `out/renderer`. */
  readonly pageFolder: string
  /** Folder of the workspace's exports, from which archives are handed out. */
  readonly exportsFolder: string
  /** 0 for any free one. */
  readonly port: number
  readonly token: string
}

export interface Served {
  readonly port: number
  /** Carries the token in its fragment, which browsers never send. */
  readonly url: string
  close(): Promise<void>
}

export function newToken(): string {
  return randomBytes(32).toString('hex')
}

/**
 * The page for a browser of this machine: static files and one WebSocket, on 127.0.0.1 only. Exact Host, own Origin,
 * token or cookie on the socket; no CORS, no other method than GET and HEAD but for who brings the token, so no foreign page or user
 * can reach the engine.
 */
export async function serve(options: ServeOptions): Promise<Served> {
  const session = new BrowserSession(options.token)
  const server = createServer((request, response) => void answer({ ...options, session, port: portOf(server) }, request, response))
  // All of them, upgraded and refused ones too, whatever state they are in: closing waits for each.
  const connections = new Set<Socket>()
  server.on('connection', (connection) => {
    connections.add(connection)
    connection.on('close', () => connections.delete(connection))
  })
  const sockets = new WebSocketServer({
    noServer: true,
    maxPayload: maximumMessageBytes,
    handleProtocols: () => pageProtocol,
  })
  server.on('upgrade', (request: IncomingMessage, socket: Duplex, head: Buffer) => {
    const refusal = refusalOfUpgrade(request, portOf(server), session)
    if (refusal) {
      socket.end(`HTTP/1.1 ${refusal}\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`)
      return
    }
    sockets.handleUpgrade(request, socket, head, (webSocket) => attach(webSocket, options.link))
  })
  const port = await listen(server, options.port)
  return {
    port,
    url: `http://127.0.0.1:${port}/#token=${options.token}`,
    async close() {
      const ended = new Promise((resolve) => server.close(resolve))
      sockets.close()
      for (const connection of connections) connection.destroy()
      await ended
    },
  }
}

function listen(server: Server, port: number): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once('error', reject)
    server.listen(port, '127.0.0.1', () => {
      server.off('error', reject)
      resolve(portOf(server))
    })
  })
}

function portOf(server: Server): number {
  const address = server.address()
  return address !== null && typeof address === 'object' ? address.port : 0
}

function hostAndOriginAllowed(request: IncomingMessage, port: number): boolean {
  const { host, origin } = request.headers
  if (host !== `127.0.0.1:${port}` && host !== `localhost:${port}`) return false
  return origin === undefined || origin === `http://${host}`
}

interface Page extends Pick<ServeOptions, 'pageFolder' | 'exportsFolder'> {
  readonly session: BrowserSession
  readonly port: number
}

async function answer(
  { pageFolder, exportsFolder, session, port }: Page,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const headers = pageHeaders('self')
  const refuse = (status: number, text: string): void =>
    void response.writeHead(status, { ...headers, 'Content-Type': 'text/plain; charset=utf-8' }).end(`${text}\n`)
  if (!hostAndOriginAllowed(request, port)) {
    refuse(403, 'Refused: this address serves only pages opened on this machine under its own name.')
    return
  }
  if (request.method === 'POST' && request.url === sessionPath) {
    // A browser always sends its origin with a POST.
    if (request.headers.origin === undefined || !session.showsToken(request)) {
      refuse(401, 'Refused: expected the token that "skiplab serve" printed.')
      return
    }
    response.writeHead(200, {
      ...headers,
      'Content-Type': 'application/json',
      'Cache-Control': 'no-store',
      'Set-Cookie': session.cookie(port),
    })
    response.end(JSON.stringify({ door: session.door }))
    return
  }
  if (request.method !== 'GET' && request.method !== 'HEAD') {
    refuse(405, 'Only GET and HEAD are answered here.')
    return
  }
  const path = session.behindDoor(request, port)
  if (path !== null && sendExport(exportsFolder, path, response)) return
  const file = await readPageFile(pageFolder, (request.url ?? '/').split('?')[0] ?? '/')
  if (!file) {
    refuse(404, 'There is no such file.')
    return
  }
  response.writeHead(200, { ...headers, 'Content-Type': file.type, 'Content-Length': file.body.length })
  response.end(request.method === 'HEAD' ? undefined : file.body)
}

function refusalOfUpgrade(request: IncomingMessage, port: number, session: BrowserSession): string | null {
  // A browser always sends its origin on a WebSocket, so unlike for files none is no excuse.
  if (!hostAndOriginAllowed(request, port) || request.headers.origin === undefined) return '403 Forbidden'
  return session.refusal(request, port)
}

function attach(socket: WebSocket, link: EngineLink): void {
  const send = (message: ServeMessage): void => {
    if (socket.readyState !== socket.OPEN) return
    if (socket.bufferedAmount > maximumBacklogBytes) return socket.terminate()
    socket.send(JSON.stringify(message))
  }
  const detach = [
    link.onEvent((event) => send({ type: 'event', event })),
    link.onConnection((connection) => send({ type: 'connection', connection })),
  ]
  socket.on('close', () => detach.forEach((end) => end()))
  socket.on('error', () => socket.terminate())
  // Text frames only, as whole buffers, which is how `ws` hands them over unless told otherwise.
  socket.on('message', (data: Buffer, isBinary) => {
    const request = isBinary ? null : parseRequest(data.toString('utf8'))
    if (!request) return socket.close(1003, 'expected {id, call, input} as JSON text')
    if (request.call === 'page.reconnect') return void link.open()
    void link.call(request.call, request.input).then((reply) => send({ type: 'reply', id: request.id, reply }))
  })
  send({ type: 'connection', connection: link.connection })
}

function parseRequest(text: string): { id: number; call: string; input?: unknown } | null {
  try {
    const parsed = pageRequestSchema.safeParse(JSON.parse(text))
    return parsed.success ? parsed.data : null
  } catch {
    return null
  }
}
