import type { CallOutput } from '../../../common/rpc/contract.ts'
import { type AnyListener, type Api, only, unwrap } from './host-api.ts'
import { ServeSocket } from './serve-socket.ts'
import { enterToken, exportAddress, takeToken } from './serve-session.ts'
import { splitToken } from './serve-token.ts'

/** The engine through "skiplab serve". */
export function overWebSocket(): Api {
  takeToken(location.hash)
  // Pasted over the address of this very page: the browser only changes the fragment and loads nothing.
  // Read from the event: the router has made a view of it by now.
  addEventListener('hashchange', ({ newURL }) => {
    if (!splitToken(newURL).token) return
    takeToken(newURL)
    location.reload()
  })
  const listeners = new Set<AnyListener>()
  const socket = new ServeSocket((event) => {
    for (const listener of listeners) listener(event)
  })

  return {
    host: 'browser',
    async call(name, input) {
      return unwrap(await socket.ask(name, input)) as CallOutput<typeof name> // the engine's reply to this very call
    },
    on(name, listener) {
      const receive = only(name, listener)
      listeners.add(receive)
      return () => listeners.delete(receive)
    },
    onConnection: (listener) => socket.onConnection(listener),
    reconnect: () => socket.reconnect(),
    chooseDatasetSource: null,
    chooseExportPath: null,
    exportAddress,
    pathOfFile: null,
    openWorkspace: null,
    recentWorkspaces: null,
    switchWorkspace: null,
    shellSettings: null,
    changeShellSettings: null,
    get enter() {
      // With "skiplab serve" itself all is well: it is the engine that fails.
      return socket.open ? null : enterToken
    },
    setTheme: () => undefined,
    onDestination: () => () => undefined,
  }
}
