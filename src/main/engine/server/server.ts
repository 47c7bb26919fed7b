import { timingSafeEqual } from 'node:crypto'
import type { Socket } from 'node:net'
import {
  createMessageConnection,
  ErrorCodes,
  ResponseError,
  StreamMessageReader,
  StreamMessageWriter,
  type MessageConnection,
} from 'vscode-jsonrpc/node'
import { z } from 'zod'
import { messageOf } from '../../../common/caught.ts'
import { protocolVersion, type EventName, type EventPayload } from '../../../common/rpc/contract.ts'
import { SkiplabError } from '../../../common/failure.ts'
import { describeError } from '../journal/log.ts'
import { ListeningSocket } from './listening-socket.ts'

/** Longest message in bytes; a longer one is an attack or a mistake. */
const longestMessageBytes = 16 * 1024 * 1024
/** Longest message in bytes before the client has said hello. */
const longestHelloBytes = 16 * 1024
/** Most bytes that wait for a client; one that does not read its events is disconnected. */
const longestBacklogBytes = 64 * 1024 * 1024
/** Time after which a connection that has not said hello is closed. */
const helloTimeoutMs = 10_000

const helloSchema = z.strictObject({ protocolVersion: z.int(), token: z.string() })

export interface EngineIdentity {
  readonly pid: number
  readonly version: string
  readonly workspace: string
  /** Device and inode of the workspace's folder. */
  readonly folder: string | null
}

export interface ServerOptions {
  readonly socketPath: string
  readonly token: string
  /** Device and inode of the workspace's folder. */
  readonly folder: string | null
  /** Answers a call; input and output are checked by the callee. */
  readonly dispatch: (name: string, input: unknown) => Promise<unknown>
  /** Makes the engine's answer to hello; null while the engine ends and lets nobody in. */
  readonly hello: () => EngineIdentity | null
  readonly onClientsChanged: () => void
  readonly log: (message: string) => void
}

/** Serves the engine's local socket: JSON-RPC with the contract's calls as requests and its events as notifications. */
export class RpcServer {
  readonly #options: ServerOptions
  readonly #listening: ListeningSocket
  /** Why the last try to listen again failed. */
  #cannotListen: string | null = null
  readonly #sockets = new Set<Socket>()
  readonly #clients = new Map<Socket, MessageConnection>()

  constructor(options: ServerOptions) {
    this.#options = options
    const onError = (error: Error): void => options.log(`socket: ${describeError(error)}`)
    this.#listening = new ListeningSocket(options.socketPath, (socket) => this.#accept(socket), onError)
  }

  get clients(): number {
    return this.#clients.size
  }

  /** Listens on the socket, for this user alone. */
  async listen(): Promise<void> {
    await this.#listening.listen()
  }

  /** Listens again where the socket's file was removed, as by a program that clears folders of temporary files. */
  async listenAgainIfLost(): Promise<void> {
    if (!this.#listening.isLost) return
    try {
      await this.#listening.restore()
      this.#options.log('the socket was removed; listening again')
      this.#cannotListen = null
    } catch (error) {
      const why = messageOf(error)
      if (why !== this.#cannotListen) this.#options.log(`the socket was removed, and there can be no other: ${why}`)
      this.#cannotListen = why
    }
  }

  broadcast<N extends EventName>(name: N, payload: EventPayload<N>): void {
    for (const [socket, connection] of this.#clients) {
      if (socket.writableLength > longestBacklogBytes) {
        this.#options.log('a client does not read its events; disconnected')
        socket.destroy()
        continue
      }
      connection.sendNotification(name, payload).catch(() => socket.destroy())
    }
  }

  async close(): Promise<void> {
    const closed = this.#listening.close()
    for (const socket of this.#sockets) socket.end()
    const timer = setTimeout(() => this.#sockets.forEach((socket) => socket.destroy()), 500)
    await closed
    clearTimeout(timer)
  }

  #accept(socket: Socket): void {
    this.#sockets.add(socket)
    let unreadBytes = 0
    let greeted = false
    const drop = (why: string): void => {
      if (!socket.destroyed) this.#options.log(`a connection was closed: ${why}`)
      socket.destroy()
    }
    const timer = setTimeout(() => drop('it did not say hello'), helloTimeoutMs)
    socket.on('data', (chunk: Buffer) => {
      unreadBytes += chunk.length
      if (unreadBytes > (greeted ? longestMessageBytes : longestHelloBytes)) drop('its message is too long')
    })
    const connection = createMessageConnection(new StreamMessageReader(socket), new StreamMessageWriter(socket), undefined, {
      messageStrategy: {
        handleMessage: (message, next) => {
          unreadBytes = 0
          void next(message)
        },
      },
    })
    connection.onRequest(async (method, params) => {
      if (method === 'hello') {
        const answer = this.#greet(params)
        greeted = true
        clearTimeout(timer)
        this.#clients.set(socket, connection)
        this.#options.onClientsChanged()
        return answer
      }
      if (!greeted) throw new ResponseError(ErrorCodes.InvalidRequest, 'say hello first', { code: 'bad-input' })
      return this.#options.dispatch(method, params ?? {}).catch((error: unknown) => {
        throw asResponseError(error)
      })
    })
    connection.onError(([error]) => drop(error.message))
    connection.onUnhandledNotification(() => undefined)
    socket.on('error', () => socket.destroy())
    socket.on('end', () => socket.destroy())
    socket.on('close', () => {
      clearTimeout(timer)
      this.#sockets.delete(socket)
      if (this.#clients.delete(socket)) this.#options.onClientsChanged()
      connection.dispose()
    })
    connection.listen()
  }

  #greet(params: unknown): EngineIdentity {
    const hello = helloSchema.safeParse(params)
    if (!hello.success || !sameText(hello.data.token, this.#options.token)) {
      throw new ResponseError(ErrorCodes.InvalidRequest, 'The engine refused the connection: wrong token.', { code: 'unavailable' })
    }
    if (hello.data.protocolVersion !== protocolVersion) {
      const message =
        `The running engine is of another Skiplab (process ${process.pid}, protocol ${protocolVersion}; this program speaks ` +
        `${hello.data.protocolVersion}). End it with the newest Skiplab's "engine stop", or with: kill ${process.pid} (running ` +
        'runs save first); then try again.'
      throw new ResponseError(ErrorCodes.InvalidRequest, message, { code: 'conflict', folder: this.#options.folder })
    }
    const identity = this.#options.hello()
    if (!identity) throw new ResponseError(ErrorCodes.InvalidRequest, 'The engine is ending.', { code: 'unavailable' })
    return identity
  }
}

function asResponseError(error: unknown): ResponseError<{ code: string }> {
  const known = error instanceof SkiplabError
  return new ResponseError(known ? ErrorCodes.InvalidParams : ErrorCodes.InternalError, messageOf(error), {
    code: known ? error.code : 'internal',
  })
}

function sameText(a: string, b: string): boolean {
  const [left, right] = [Buffer.from(a), Buffer.from(b)]
  return left.length === right.length && timingSafeEqual(left, right)
}
