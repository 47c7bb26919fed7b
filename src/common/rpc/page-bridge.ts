import { z } from 'zod'
import type { CallInput, CallName, CallOutput, EventName, EventPayload } from './contract.ts'
import { failureCodes } from '../failure.ts'

/** How the page and its host (the Electron shell or `skiplab serve`) speak; the calls and events themselves are the engine's. */

export const failureSchema = z.strictObject({ code: z.enum(failureCodes), message: z.string() })
export type Failure = z.infer<typeof failureSchema>

/** Errors cross as data: neither IPC nor WebSocket keeps an error's class. */
export type Reply<T> = { ok: true; output: T } | { ok: false; failure: Failure }

/** Where the host stands with the engine. `ended`: it was stopped on purpose and waits for a person. */
export type Connection =
  /** `words`: what takes so long, if it does. */
  | { state: 'connecting'; words?: string }
  | { state: 'connected'; workspace: string }
  | { state: 'ended'; reason: string }
  | { state: 'lost'; reason: string }

export type AnyEvent = { [N in EventName]: { name: N; payload: EventPayload<N> } }[EventName]

/** Views that the shell's menu can open. */
export const viewNames = ['design', 'queue', 'live', 'layers', 'runs', 'report', 'data', 'settings'] as const
export type ViewName = (typeof viewNames)[number]
export type Theme = 'system' | 'light' | 'dark'

/** Where menu, tray, a link or a dropped file send the page. */
export const destinationSchema = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('view'), view: z.enum(viewNames) }),
  z.strictObject({ kind: z.literal('run'), runId: z.int().min(0) }),
  /** A sweep file that was named on the command line. */
  z.strictObject({ kind: z.literal('sweep'), file: z.string(), text: z.string() }),
  z.strictObject({ kind: z.literal('palette') }),
  z.strictObject({ kind: z.literal('shortcuts') }),
])
export type Destination = z.infer<typeof destinationSchema>

/** Links that the system hands to the packaged app: `skiplab://run/12`. */
export function runLink(runId: number): string {
  return `skiplab://run/${runId}`
}

/** What the app remembers for itself, outside any workspace. */
export const shellSettingsSchema = z.strictObject({
  /** What closing the window does while runs train. */
  closing: z.enum(['ask', 'background', 'stop']),
  /** Whether the system announces the end of a sweep and runs that fail. */
  notifications: z.boolean(),
})
export type ShellSettings = z.infer<typeof shellSettingsSchema>

/** What the preload script puts on `window.skiplab`. */
export interface PageBridge {
  readonly engine: { readonly [N in CallName]: (input: CallInput<N>) => Promise<Reply<CallOutput<N>>> }
  readonly onEvent: (listener: (event: AnyEvent) => void) => () => void
  readonly connection: () => Promise<Connection>
  readonly onConnection: (listener: (connection: Connection) => void) => () => void
  /** Starts the engine again after it was stopped. */
  readonly reconnect: () => Promise<void>
  /** A native dialog; null when it was closed without a choice. */
  readonly chooseDatasetSource: (kind: 'file' | 'folder' | 'weights') => Promise<string | null>
  /** Where an export is to go, by a native dialog; null when it was closed without a choice. */
  readonly chooseExportPath: (suggestedName: string) => Promise<string | null>
  /** Where a dropped file or folder lies; null when the system does not say. */
  readonly pathOfFile: (file: unknown) => string | null
  /** Another workspace folder, by a native dialog; the page is loaded anew when one was chosen. */
  readonly openWorkspace: () => Promise<void>
  /** Folders that were open before, newest first. */
  readonly recentWorkspaces: () => Promise<string[]>
  /** One of the recent ones; the page is loaded anew. */
  readonly switchWorkspace: (folder: string) => Promise<void>
  readonly setTheme: (theme: Theme) => Promise<void>
  readonly shellSettings: () => Promise<ShellSettings>
  readonly changeShellSettings: (change: Partial<ShellSettings>) => Promise<void>
  readonly onDestination: (listener: (destination: Destination) => void) => () => void
  /** Where the app was asked to go before the page could listen. */
  readonly takeDestination: () => Promise<Destination | null>
}

/** Page to `skiplab serve`, one JSON text per WebSocket message. */
export const pageRequestSchema = z.strictObject({ id: z.int().min(0), call: z.string(), input: z.unknown() })

/** `skiplab serve` to page. */
export type ServeMessage =
  { type: 'reply'; id: number; reply: Reply<unknown> } | { type: 'event'; event: AnyEvent } | { type: 'connection'; connection: Connection }

/** Path of the socket for who carries the token; for who carries the cookie it stands at `/engine/<door>`. */
export const socketPath = '/engine'
/** Behind the door: `/engine/<door>/exports/<name>.zip`, for who carries the cookie. */
export const exportsPath = 'exports'
/** A POST with the token answers with the cookie and `{"door": "..."}`, by which other tabs of the browser get in. */
export const sessionPath = '/session'
export const sessionReplySchema = z.strictObject({ door: z.string().regex(/^[0-9a-f]{32}$/) })

/** WebSocket subprotocols: this one, and `skiplab-token.<token>` beside it where the token is known. */
export const pageProtocol = 'skiplab.v1'
export const tokenProtocolPrefix = 'skiplab-token.'
