import { connect as connectSocket, type Socket } from 'node:net'
import { dirname, join } from 'node:path'
import { z } from 'zod'
import { createMessageConnection, StreamMessageReader, StreamMessageWriter, type MessageConnection } from 'vscode-jsonrpc/node'
import { messageOf } from '../../common/caught.ts'
import {
  protocolVersion,
  type CallInput,
  type CallName,
  type CallOutput,
  type EngineClient,
  type EventName,
  type EventPayload,
} from '../../common/rpc/contract.ts'
import { failureCodes, SkiplabError, type FailureCode } from '../../common/failure.ts'
import { readAddress, type EngineAddress } from '../workspace/address.ts'
import { folderIdentity } from '../workspace/folder-identity.ts'
import { startEngine, type StartOptions } from './start-engine.ts'

// This file and what it imports also run in Electron's main process, whose Node may be 16.

export interface ConnectOptions extends StartOptions {
  /** Start an engine when there is none (the default); otherwise connecting fails. */
  readonly start?: boolean
}

const helloTimeoutMs = 15_000

/** The workspace's engine is alive, but older or newer than this program. */
export class OtherProtocol extends SkiplabError {
  readonly pid: number

  constructor(workspace: string, { pid, version }: EngineAddress) {
    super(
      'conflict',
      `The engine that runs for ${workspace} (process ${pid}, Skiplab ${version}) is older or newer than this program and ` +
        'speaks another protocol. End it with "npx skiplab engine stop", which lets running runs save, then try again.',
    )
    this.pid = pid
  }
}

/**
 * Connects to the engine of a workspace, starting it first when there is none.
 * @throws SkiplabError unavailable, with the engine's own words when it could not start; OtherProtocol
 */
export async function connectEngine(options: ConnectOptions): Promise<EngineClient> {
  const present = await tryConnect(options.workspace)
  if (present) return present
  if (options.start === false) throw new SkiplabError('unavailable', `No engine is running for the workspace ${options.workspace}.`)
  return startEngine(options, () => tryConnect(options.workspace))
}

/** An engine of another protocol says which folder it serves while it refuses. */
class RefusedHello extends SkiplabError {
  readonly folder: string

  constructor(message: string, folder: string) {
    super('conflict', message)
    this.folder = folder
  }
}

const helloReplySchema = z.object({ workspace: z.string(), folder: z.string().nullish() })

/** @returns null when no engine of this very folder answers; one that answers with a refusal makes it throw */
async function tryConnect(workspace: string): Promise<EngineClient | null> {
  const address = readAddress(workspace)
  if (!address) return null
  // Through a bind mount the recorded path may lead elsewhere or nowhere.
  for (const socketPath of new Set([address.socket, ...(process.platform === 'win32' ? [] : [join(workspace, 'engine.sock')])])) {
    const client = await connectTo(socketPath, workspace, address)
    if (client) return client
  }
  return null
}

/** What `engine.json` says is believed only of an engine that serves this very folder: in a copy it leads to the original's. */
async function connectTo(socketPath: string, workspace: string, address: EngineAddress): Promise<EngineClient | null> {
  const socket = await open(socketPath)
  if (!socket) return null
  const connection = createMessageConnection(new StreamMessageReader(socket), new StreamMessageWriter(socket))
  const client = new SocketClient(connection, socket)
  try {
    const served = await client.hello(address.token)
    if (served !== null && served === folderIdentity(workspace)) return client
    client.close()
    return null
  } catch (error) {
    client.close()
    // Otherwise an engine that was just ending, or a stale address whose socket another program took.
    if (error instanceof SkiplabError && error.code === 'conflict' && servedByRefusal(error, socketPath) === folderIdentity(workspace))
      throw new OtherProtocol(workspace, address)
    return null
  }
}

/** Engines of before do not say which folder they serve; their socket lies in it, unless its path is long. */
function servedByRefusal(error: SkiplabError, socketPath: string): string | null {
  return error instanceof RefusedHello ? error.folder : folderIdentity(dirname(socketPath))
}

function open(path: string): Promise<Socket | null> {
  return new Promise((resolve) => {
    const socket = connectSocket(path)
    socket.once('error', () => resolve(null))
    socket.once('connect', () => resolve(socket))
  })
}

class SocketClient implements EngineClient {
  readonly #connection: MessageConnection
  readonly #socket: Socket
  readonly #closeListeners = new Set<(reason: string) => void>()
  readonly #listeners = new Map<string, Set<(payload: never) => void>>()
  #closed: string | null = null

  constructor(connection: MessageConnection, socket: Socket) {
    this.#connection = connection
    this.#socket = socket
    connection.onError(() => socket.destroy())
    // Every event comes through here; a listener is typed by the name under which it was added.
    connection.onNotification((name, params) => {
      // JSON-RPC wraps a payload that is itself a list.
      const payload: unknown = Array.isArray(params) ? params[0] : params
      for (const listener of [...(this.#listeners.get(name) ?? [])]) listener(payload as never)
    })
    socket.on('error', () => undefined)
    socket.once('close', () => afterQueuedMessages(() => this.#end('The connection to the engine ended.')))
    connection.listen()
  }

  /** @returns identity of the folder that the engine serves; null when it cannot be told */
  async hello(token: string): Promise<string | null> {
    const timer = setTimeout(() => this.#socket.destroy(), helloTimeoutMs)
    try {
      const reply = helloReplySchema.safeParse(await this.#request('hello', { protocolVersion, token }))
      if (!reply.success) return null
      // Engines of before name their folder's path only.
      return reply.data.folder ?? folderIdentity(reply.data.workspace)
    } finally {
      clearTimeout(timer)
    }
  }

  call<N extends CallName>(name: N, input: CallInput<N>): Promise<CallOutput<N>> {
    // The engine checks every output against the contract before it sends it.
    return this.#request(name, input) as Promise<CallOutput<N>>
  }

  on<N extends EventName>(name: N, listener: (payload: EventPayload<N>) => void): () => void {
    const listeners = this.#listeners.get(name) ?? new Set()
    this.#listeners.set(name, listeners)
    listeners.add(listener)
    return () => {
      listeners.delete(listener)
    }
  }

  onClose(listener: (reason: string) => void): () => void {
    if (this.#closed !== null) listener(this.#closed)
    else this.#closeListeners.add(listener)
    return () => {
      this.#closeListeners.delete(listener)
    }
  }

  close(): void {
    this.#end('The connection was closed.')
    this.#socket.end()
    this.#socket.destroySoon()
  }

  async #request(name: string, input: object): Promise<unknown> {
    if (this.#closed !== null) throw new SkiplabError('unavailable', this.#closed)
    let stopWaiting: () => void = () => undefined
    const closed = new Promise<never>((_, reject) => {
      stopWaiting = this.onClose((reason) => reject(new SkiplabError('unavailable', reason)))
    })
    try {
      return await Promise.race([this.#connection.sendRequest(name, input), closed])
    } catch (error) {
      throw asFailure(error)
    } finally {
      stopWaiting()
    }
  }

  #end(reason: string): void {
    if (this.#closed !== null) return
    this.#closed = reason
    for (const listener of [...this.#closeListeners]) listener(reason)
    this.#closeListeners.clear()
    this.#connection.dispose()
  }
}

/**
 * The library hands over one received message in each turn of the event loop: an answer that came right before
 * the end of the connection is still in its queue.
 */
function afterQueuedMessages(then: () => void, turns = 200): void {
  if (turns === 0) then()
  else setImmediate(() => afterQueuedMessages(then, turns - 1))
}

/** Makes the failure that the engine threw again from its code and message. */
function asFailure(error: unknown): Error {
  if (error instanceof SkiplabError) return error
  const message = messageOf(error)
  const data: unknown = error instanceof Error && 'data' in error ? error.data : null
  const code = typeof data === 'object' && data !== null && 'code' in data ? data.code : null
  if (typeof data === 'object' && data !== null && 'folder' in data && typeof data.folder === 'string')
    return new RefusedHello(message, data.folder)
  return new SkiplabError(isFailureCode(code) ? code : 'internal', message)
}

function isFailureCode(code: unknown): code is FailureCode {
  return failureCodes.some((known) => known === code)
}
