import type { CallInput, CallName, CallOutput, EventName, EventPayload } from '../../../common/rpc/contract.ts'
import { SkiplabError } from '../../../common/failure.ts'
import type { AnyEvent, Connection, Destination, Reply, ShellSettings, Theme } from '../../../common/rpc/page-bridge.ts'

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
  readonly chooseDatasetSource: ((kind: 'file' | 'folder' | 'weights') => Promise<string | null>) | null
  readonly chooseExportPath: ((suggestedName: string) => Promise<string | null>) | null
  /** Address of an archive in the workspace's exports; null where this browser has no cookie for it. Null in the app: it writes files. */
  readonly exportAddress: ((name: string) => string | null) | null
  /** The path of a dropped file or folder; null in a browser. */
  readonly pathOfFile: ((file: File) => string | null) | null
  readonly openWorkspace: (() => Promise<void>) | null
  readonly recentWorkspaces: (() => Promise<string[]>) | null
  readonly switchWorkspace: ((folder: string) => Promise<void>) | null
  readonly shellSettings: (() => Promise<ShellSettings>) | null
  readonly changeShellSettings: ((change: Partial<ShellSettings>) => Promise<void>) | null
  setTheme(theme: Theme): void
  /** Called for every destination that the shell sends the page to, the one it was opened with included. */
  onDestination(listener: (destination: Destination) => void): () => void
}

export type AnyListener = (event: AnyEvent) => void

/** The output of a call. @throws SkiplabError that the reply holds in its place */
export function unwrap<T>(reply: Reply<T>): T {
  if (reply.ok) return reply.output
  throw new SkiplabError(reply.failure.code, reply.failure.message)
}

/** Calls `listener` for events of one name. */
export function only<N extends EventName>(name: N, listener: (payload: EventPayload<N>) => void): AnyListener {
  // The name decides the payload's type; the compiler does not narrow a generic union by it.
  return (event) => event.name === name && listener(event.payload as EventPayload<N>)
}
