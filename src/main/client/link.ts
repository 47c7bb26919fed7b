import { messageOf } from '../../common/caught.ts'
import { type CallName, calls, type EngineClient, type EventName, events } from '../../common/rpc/contract.ts'
import { explainIssue } from '../../common/explain-issue.ts'
import { type FailureCode, SkiplabError } from '../../common/failure.ts'
import type { AnyEvent, Connection, Reply } from '../../common/rpc/page-bridge.ts'

const retryDelaysMs = [250, 1_000, 3_000, 10_000]
/** Failures within `failureWindowMs` that end the attempts: an engine that always crashes must not be restarted for ever. */
const mostFailures = 5
const failureWindowMs = 300_000
const eventNames = Object.keys(events) as EventName[] // keys of a const object

/**
 * Keeps one connection to the engine for the pages of the app or of `skiplab serve`: connects (which starts an engine
 * where none runs), connects again after a crash, and waits for a person after a stop that somebody asked for, or when
 * it keeps failing.
 */
export class EngineLink {
  private readonly connect: (say: (words: string) => void) => Promise<EngineClient>
  private readonly eventListeners = new Set<(event: AnyEvent) => void>()
  private readonly connectionListeners = new Set<(connection: Connection) => void>()
  private client: EngineClient | null = null
  private current: Connection = { state: 'connecting' }
  private opening = false
  private failedAt: number[] = []
  private stopping = false
  private closed = false
  private retry: ReturnType<typeof setTimeout> | null = null

  /** @param connect may say what takes it long */
  constructor(connect: (say: (words: string) => void) => Promise<EngineClient>) {
    this.connect = connect
  }

  get connection(): Connection {
    return this.current
  }

  onEvent(listener: (event: AnyEvent) => void): () => void {
    this.eventListeners.add(listener)
    return () => this.eventListeners.delete(listener)
  }

  onConnection(listener: (connection: Connection) => void): () => void {
    this.connectionListeners.add(listener)
    return () => this.connectionListeners.delete(listener)
  }

  /** Never throws: what went wrong becomes the connection's state. */
  async open(): Promise<void> {
    if (this.client || this.opening || this.closed) return
    if (this.retry) clearTimeout(this.retry)
    this.opening = true
    this.announce({ state: 'connecting' })
    try {
      const client = await this.connect((words) => this.announce({ state: 'connecting', words }))
      this.use(client)
      const { workspace } = await client.call('engine.status', {})
      this.announce({ state: 'connected', workspace })
    } catch (error) {
      this.drop()
      this.lost(messageOf(error))
    } finally {
      this.opening = false
    }
  }

  /** Refuses unknown names and invalid input before anything reaches the engine. */
  async call(name: string, input: unknown): Promise<Reply<unknown>> {
    if (!isCallName(name)) return failure('bad-input', `Unknown call "${name}".`)
    const parsed = calls[name].input.safeParse(input)
    if (!parsed.success) return failure('bad-input', explainIssue(parsed.error))
    if (!this.client) return failure('unavailable', 'The engine is not connected. It is started again by itself; try again in a moment.')
    try {
      return { ok: true, output: await this.client.call(name, parsed.data) }
    } catch (error) {
      if (error instanceof SkiplabError) return failure(error.code, error.message)
      return failure('internal', messageOf(error))
    }
  }

  close(): void {
    this.closed = true
    if (this.retry) clearTimeout(this.retry)
    this.drop()
  }

  private drop(): void {
    const client = this.client
    this.client = null
    client?.close()
  }

  private use(client: EngineClient): void {
    if (this.closed) return client.close()
    this.client = client
    this.stopping = false
    for (const name of eventNames) this.forward(client, name)
    client.on('engine.changed', (status) => (this.stopping = status.stopping))
    client.onClose((reason) => this.ended(client, reason))
  }

  private forward(client: EngineClient, name: EventName): void {
    client.on(name, (payload) => {
      const event = { name, payload } as AnyEvent // the payload of this very name, which the union cannot see
      for (const listener of this.eventListeners) listener(event)
    })
  }

  private ended(client: EngineClient, reason: string): void {
    if (this.closed || this.client !== client) return
    this.client = null
    if (this.stopping)
      this.announce({ state: 'ended', reason: 'The engine was stopped. Runs that were training saved a checkpoint and go on from there.' })
    else this.lost(reason)
  }

  private lost(reason: string): void {
    const now = performance.now()
    this.failedAt = [...this.failedAt.filter((at) => now - at < failureWindowMs), now]
    if (this.failedAt.length >= mostFailures) {
      this.failedAt = []
      this.announce({ state: 'ended', reason: `The engine failed ${mostFailures} times in five minutes: ${reason}` })
      return
    }
    this.announce({ state: 'lost', reason })
    this.retry = setTimeout(() => void this.open(), retryDelaysMs[this.failedAt.length - 1])
  }

  private announce(connection: Connection): void {
    this.current = connection
    for (const listener of this.connectionListeners) listener(connection)
  }
}

function isCallName(name: string): name is CallName {
  return Object.prototype.hasOwnProperty.call(calls, name)
}

function failure(code: FailureCode, message: string): Reply<never> {
  return { ok: false, failure: { code, message } }
}
