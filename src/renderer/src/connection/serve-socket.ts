import { SkiplabError } from '../../../common/failure.ts'
import type { AnyEvent, Connection, Reply, ServeMessage } from '../../../common/rpc/page-bridge.ts'
import { rememberBrowser, socketAddress } from './serve-session.ts'

const reconnectMs = 1_500

const noToken = 'Open the address that "skiplab serve" printed, or paste it here: it carries the token that this browser needs once.'
const silent = '"skiplab serve" is not answering.'
const wentAway = '"skiplab serve" is not answering; training goes on without it. Start it again to go on here.'
const refused = '"skiplab serve" did not accept this page, or is not there. Start it, and open the address that it prints.'

/** The WebSocket to "skiplab serve": sends calls, passes replies and events on, and connects again whenever it is lost. */
export class ServeSocket {
  readonly #onEvent: (event: AnyEvent) => void
  readonly #connectionListeners = new Set<(connection: Connection) => void>()
  readonly #pending = new Map<number, (reply: Reply<unknown>) => void>()
  #connection: Connection = { state: 'connecting' }
  #socket: WebSocket | null = null
  #nextId = 1
  #opened = false

  constructor(onEvent: (event: AnyEvent) => void) {
    this.#onEvent = onEvent
    this.#connect()
  }

  get open(): boolean {
    return this.#socket?.readyState === WebSocket.OPEN
  }

  /** @throws SkiplabError unavailable while there is no connection */
  ask(call: string, input: unknown): Promise<Reply<unknown>> {
    if (!this.#socket || !this.open) throw new SkiplabError('unavailable', 'Not connected to "skiplab serve".')
    const id = this.#nextId++
    const reply = new Promise<Reply<unknown>>((resolve) => this.#pending.set(id, resolve))
    this.#socket.send(JSON.stringify({ id, call, input }))
    return reply
  }

  /** Calls `listener` at once with the present state, then at every change. */
  onConnection(listener: (connection: Connection) => void): () => void {
    this.#connectionListeners.add(listener)
    listener(this.#connection)
    return () => this.#connectionListeners.delete(listener)
  }

  /** Asks "skiplab serve" to look for the engine again. */
  reconnect(): void {
    this.#socket?.send(JSON.stringify({ id: this.#nextId++, call: 'page.reconnect', input: {} }))
  }

  #announce(connection: Connection): void {
    this.#connection = connection
    for (const listener of this.#connectionListeners) listener(connection)
  }

  #connect(): void {
    const address = socketAddress()
    if (!address) return this.#announce({ state: 'lost', reason: noToken })
    const socket = new WebSocket(address.url, address.protocols)
    this.#socket = socket
    socket.onopen = () => {
      this.#opened = true
      void rememberBrowser()
    }
    socket.onmessage = (message: MessageEvent<string>) => this.#receive(JSON.parse(message.data) as ServeMessage) // from our own server
    socket.onclose = () => this.#lost()
  }

  #receive(message: ServeMessage): void {
    if (message.type === 'event') this.#onEvent(message.event)
    else if (message.type === 'connection') this.#announce(message.connection)
    else {
      this.#pending.get(message.id)?.(message.reply)
      this.#pending.delete(message.id)
    }
  }

  #lost(): void {
    this.#socket = null
    for (const settle of this.#pending.values()) settle({ ok: false, failure: { code: 'unavailable', message: silent } })
    this.#pending.clear()
    this.#announce({ state: 'lost', reason: this.#opened ? wentAway : refused })
    setTimeout(() => this.#connect(), reconnectMs)
  }
}
