import { z } from 'zod'
import type { CallInput, CallName, CallOutput, EventName, EventPayload } from './contract.ts'
import { failureCodes } from './failure.ts'

/** How the page and its host (the Electron shell or `skiplab serve`) speak; the calls and events themselves are the engine's. */

export const failureSchema = z.strictObject({ code: z.enum(failureCodes), message: z.string() })
export type Failure = z.infer<typeof failureSchema>

/** Errors cross as data: neither IPC nor WebSocket keeps an error's class. */
export type Reply<T> = { ok: true; output: T } | { ok: false; failure: Failure }

/** Where the host stands with the engine. `ended`: it was stopped on purpose and waits for a person. */
export type Connection =
  | { state: 'connecting' }
  | { state: 'connected'; workspace: string }
  | { state: 'ended'; reason: string }
  | { state: 'lost'; reason: string }

export type AnyEvent = { [N in EventName]: { name: N; payload: EventPayload<N> } }[EventName]

/** Views that the shell's menu can open. */
export const viewNames = ['design', 'queue', 'live', 'layers', 'runs', 'data', 'settings'] as const
export type ViewName = (typeof viewNames)[number]
export type Theme = 'system' | 'light' | 'dark'

/** What the preload script puts on `window.skiplab`. */
export interface PageBridge {
  readonly engine: { readonly [N in CallName]: (input: CallInput<N>) => Promise<Reply<CallOutput<N>>> }
  readonly onEvent: (listener: (event: AnyEvent) => void) => () => void
  readonly connection: () => Promise<Connection>
  readonly onConnection: (listener: (connection: Connection) => void) => () => void
  /** Starts the engine again after it was stopped. */
  readonly reconnect: () => Promise<void>
  /** A native dialog; null when it was closed without a choice. */
  readonly chooseDatasetSource: (kind: 'file' | 'folder') => Promise<string | null>
  /** Another workspace folder, by a native dialog; the page is loaded anew when one was chosen. */
  readonly openWorkspace: () => Promise<void>
  readonly setTheme: (theme: Theme) => Promise<void>
  readonly onShowView: (listener: (view: ViewName) => void) => () => void
}

/** Page to `skiplab serve`, one JSON text per WebSocket message. */
export const pageRequestSchema = z.strictObject({ id: z.int().min(0), call: z.string(), input: z.unknown() })
export type PageRequest = z.infer<typeof pageRequestSchema>

/** `skiplab serve` to page. */
export type ServeMessage =
  | { type: 'reply'; id: number; reply: Reply<unknown> }
  | { type: 'event'; event: AnyEvent }
  | { type: 'connection'; connection: Connection }

/** WebSocket subprotocols: this one, and `skiplab-token.<token>` beside it. */
export const pageProtocol = 'skiplab.v1'
export const tokenProtocolPrefix = 'skiplab-token.'
