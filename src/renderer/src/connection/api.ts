import type { CallInput, CallName, CallOutput, EventName, EventPayload } from '../../../common/rpc/contract.ts'
import { SkiplabError } from '../../../common/failure.ts'
import {
  type AnyEvent,
  type Connection,
  type PageBridge,
  type Place,
  type Reply,
  type ServeMessage,
  type ShellSettings,
  type Theme,
} from '../../../common/rpc/page-bridge.ts'
import { enterToken, rememberBrowser, socketAddress, takeToken } from './serve-session.ts'
import { splitToken } from './serve-token.ts'

declare global {
  interface Window {
    /** Put there by the preload script; absent in a browser. */
    readonly skiplab?: PageBridge
  }
}

/** What the page asks of its host. Features that a browser cannot offer are null there. */
export interface Api {
  readonly host: 'app' | 'browser'
  /** @throws SkiplabError */
  call<N extends CallName>(name: N, input: CallInput<N>): Promise<CallOutput<N>>
  on<N extends EventName>(name: N, listener: (payload: EventPayload<N>) => void): () => void
  /** Called at once with the present state, then at every change. */
  onConnection(listener: (connection: Connection) => void): () => void
  reconnect(): void
  /** Goes on with the secret in an address of "skiplab serve"; false when there is none in it. Null where no secret is needed. */
  readonly enter: ((address: string) => boolean) | null
  readonly chooseDatasetSource: ((kind: 'file' | 'folder') => Promise<string | null>) | null
  /** The path of a dropped file or folder; null in a browser. */
  readonly pathOfFile: ((file: File) => string | null) | null
  readonly openWorkspace: (() => Promise<void>) | null
  readonly recentWorkspaces: (() => Promise<string[]>) | null
  readonly switchWorkspace: ((folder: string) => Promise<void>) | null
  readonly shellSettings: (() => Promise<ShellSettings>) | null
  readonly changeShellSettings: ((change: Partial<ShellSettings>) => Promise<void>) | null
  setTheme(theme: Theme): void
  /** Called for every place that the shell sends the page to, the one it was opened with included. */
  onPlace(listener: (place: Place) => void): () => void
}

type AnyListener = (event: AnyEvent) => void

/** The one place that knows whether the engine is reached over Electron's IPC or a WebSocket. */
export const api: Api = window.skiplab ? overIpc(window.skiplab) : overWebSocket()

function unwrap<T>(reply: Reply<T>): T {
  if (reply.ok) return reply.output
  throw new SkiplabError(reply.failure.code, reply.failure.message)
}

/** Calls `listener` for events of one name. */
function only<N extends EventName>(name: N, listener: (payload: EventPayload<N>) => void): AnyListener {
  // The name decides the payload's type; the compiler does not narrow a generic union by it.
  return (event) => event.name === name && listener(event.payload as EventPayload<N>)
}

function overIpc(bridge: PageBridge): Api {
  return {
    host: 'app',
    async call(name, input) {
      // Vue's proxies cannot be cloned over IPC; inputs are plain data below them.
      return unwrap(await bridge.engine[name](JSON.parse(JSON.stringify(input)) as typeof input))
    },
    on: (name, listener) => bridge.onEvent(only(name, listener)),
    onConnection(listener) {
      let heard = false
      const end = bridge.onConnection((connection) => {
        heard = true
        listener(connection)
      })
      void bridge.connection().then((connection) => heard || listener(connection))
      return end
    },
    reconnect: () => void bridge.reconnect(),
    enter: null,
    chooseDatasetSource: bridge.chooseDatasetSource,
    pathOfFile: (file) => ('path' in file && typeof file.path === 'string' ? file.path : bridge.pathOfFile(file)),
    openWorkspace: bridge.openWorkspace,
    recentWorkspaces: bridge.recentWorkspaces,
    switchWorkspace: bridge.switchWorkspace,
    shellSettings: bridge.shellSettings,
    changeShellSettings: bridge.changeShellSettings,
    setTheme: (theme) => void bridge.setTheme(theme),
    onPlace(listener) {
      void bridge.takePlace().then((place) => place && listener(place))
      return bridge.onPlace(listener)
    },
  }
}

function overWebSocket(): Api {
  takeToken(location.hash)
  // Pasted over the address of this very page: the browser only changes the fragment and loads nothing.
  // Read from the event: the router has made a view of it by now.
  addEventListener('hashchange', ({ newURL }) => {
    if (!splitToken(newURL).token) return
    takeToken(newURL)
    location.reload()
  })
  const listeners = new Set<AnyListener>()
  const connectionListeners = new Set<(connection: Connection) => void>()
  const pending = new Map<number, (reply: Reply<unknown>) => void>()
  let current: Connection = { state: 'connecting' }
  let socket: WebSocket | null = null
  let nextId = 1
  let opened = false

  const announce = (connection: Connection): void => {
    current = connection
    for (const listener of connectionListeners) listener(connection)
  }
  const connect = (): void => {
    const address = socketAddress()
    if (!address)
      return announce({
        state: 'lost',
        reason: 'Open the address that "skiplab serve" printed, or paste it here: it carries the token that this browser needs once.',
      })
    socket = new WebSocket(address.url, address.protocols)
    socket.onopen = () => {
      opened = true
      void rememberBrowser()
    }
    socket.onmessage = (message: MessageEvent<string>) => {
      const received = JSON.parse(message.data) as ServeMessage // from our own server
      if (received.type === 'event') for (const listener of listeners) listener(received.event)
      else if (received.type === 'connection') announce(received.connection)
      else {
        pending.get(received.id)?.(received.reply)
        pending.delete(received.id)
      }
    }
    socket.onclose = () => {
      socket = null
      for (const settle of pending.values())
        settle({ ok: false, failure: { code: 'unavailable', message: '"skiplab serve" is not answering.' } })
      pending.clear()
      announce({
        state: 'lost',
        reason: opened
          ? '"skiplab serve" is not answering; training goes on without it. Start it again to go on here.'
          : '"skiplab serve" did not accept this page, or is not there. Start it, and open the address that it prints.',
      })
      setTimeout(connect, 1_500)
    }
  }
  connect()

  return {
    host: 'browser',
    async call(name, input) {
      if (socket?.readyState !== WebSocket.OPEN) throw new SkiplabError('unavailable', 'Not connected to "skiplab serve".')
      const id = nextId++
      const reply = new Promise<Reply<unknown>>((resolve) => pending.set(id, resolve))
      socket.send(JSON.stringify({ id, call: name, input }))
      return unwrap(await reply) as CallOutput<typeof name> // the engine's reply to this very call
    },
    on(name, listener) {
      const receive = only(name, listener)
      listeners.add(receive)
      return () => listeners.delete(receive)
    },
    onConnection(listener) {
      connectionListeners.add(listener)
      listener(current)
      return () => connectionListeners.delete(listener)
    },
    reconnect: () => socket?.send(JSON.stringify({ id: nextId++, call: 'page.reconnect', input: {} })),
    chooseDatasetSource: null,
    pathOfFile: null,
    openWorkspace: null,
    recentWorkspaces: null,
    switchWorkspace: null,
    shellSettings: null,
    changeShellSettings: null,
    get enter() {
      // With "skiplab serve" itself all is well: it is the engine that fails.
      return socket?.readyState === WebSocket.OPEN ? null : enterToken
    },
    setTheme: () => undefined,
    onPlace: () => () => undefined,
  }
}
