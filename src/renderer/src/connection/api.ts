import type { PageBridge } from '../../../common/rpc/page-bridge.ts'
import type { Api } from './host-api.ts'
import { overIpc } from './over-ipc.ts'
import { overWebSocket } from './over-web-socket.ts'

declare global {
  interface Window {
    /** Defined by the preload script; absent in a browser. */
    readonly skiplab?: PageBridge
  }
}

/** The one place that knows whether the engine is reached over Electron's IPC or a WebSocket. */
export const api: Api = window.skiplab ? overIpc(window.skiplab) : overWebSocket()
