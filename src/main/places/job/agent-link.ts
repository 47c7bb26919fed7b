import type { JobState } from '../../../common/places/job-state.ts'
import type { FollowListener, SentParcel } from '../place.ts'
import { PlaceTrouble } from '../place-trouble.ts'
import type { Shell } from '../shell.ts'
import { AgentClient } from './agent-client.ts'
import { jobEventSchema } from './job-files.ts'

/** Times between attempts to reach a place again, in milliseconds; the last repeats. */
const retryMs = [1_000, 2_000, 5_000, 10_000, 20_000, 30_000]
/** Jobs that begin one after the other do not ask a scheduler more often than this. */
const askAgainMs = 1_000

interface Followed {
  readonly folder: () => Promise<string>
  readonly handle: string
  readonly listener: FollowListener
  /** Where it lies, once that is known. */
  path: string | null
  offset: number
  state: string | null
}

interface AgentLinkOptions {
  readonly shell: Shell
  /** Brings the agent's program there. */
  readonly programs: () => Promise<Pick<SentParcel, 'node' | 'launcher'>>
  readonly states: (handles: readonly string[]) => Promise<ReadonlyMap<string, JobState>>
  readonly statesEveryMs: number
}

/** Keeps a connection to the agent of a place while jobs there are followed: one for all of them, made again whenever it is lost. */
export class AgentLink {
  readonly #options: AgentLinkOptions
  readonly #followed = new Set<Followed>()
  /** Bytes of jobs' events that came. */
  readBytes = 0
  #client: AgentClient | null = null
  #connecting: Promise<AgentClient> | null = null
  #failures = 0
  #lost = false
  /** Monotonic times at which states were asked for and are to be asked for. */
  #asked = { at: -Infinity, next: 0 }
  #timer: NodeJS.Timeout | null = null
  #closed = false

  constructor(options: AgentLinkOptions) {
    this.#options = options
  }

  /** The connection, which is made where there is none. @throws PlaceTrouble */
  async client(): Promise<AgentClient> {
    if (this.#closed) throw new PlaceTrouble('unreachable', `The connection to ${this.#options.shell.where} was closed.`)
    if (this.#client && !this.#client.over) return this.#client
    this.#connecting ??= this.#connect().finally(() => (this.#connecting = null))
    return this.#connecting
  }

  follow(folder: () => Promise<string>, handle: string, offset: number, listener: FollowListener): { close(): void } {
    const followed: Followed = { folder, handle, offset, listener, path: null, state: null }
    this.#followed.add(followed)
    this.#asked.next = Math.min(this.#asked.next, this.#asked.at + askAgainMs)
    this.#schedule(0)
    return {
      close: () => {
        this.#followed.delete(followed)
        if (followed.path !== null) void this.#client?.request({ do: 'unfollow', folder: followed.path }).catch(() => undefined)
      },
    }
  }

  close(): void {
    this.#closed = true
    if (this.#timer) clearTimeout(this.#timer)
    this.#followed.clear()
    this.#client?.close()
  }

  async #connect(): Promise<AgentClient> {
    const { shell, programs } = this.#options
    const { node, launcher } = await programs()
    const client = new AgentClient(shell, node, launcher, {
      line: (folder, offset, line) => this.#line(folder, offset, line),
      gone: (trouble) => this.#gone(trouble),
    })
    this.#client = client
    for (const followed of this.#followed) followed.path = null
    this.#asked.next = 0
    return client
  }

  #gone(trouble: Error): void {
    this.#client = null
    this.#noteLost(trouble)
    this.#schedule(retryMs[0]!)
  }

  #noteLost(trouble: Error): void {
    if (this.#lost) return
    this.#lost = true
    for (const { listener } of [...this.#followed]) listener.contact(trouble)
  }

  /** Looks after the followed jobs soon. */
  #schedule(inMs: number): void {
    if (this.#closed) return
    if (this.#timer) clearTimeout(this.#timer)
    this.#timer = setTimeout(() => {
      this.#timer = null
      void this.#look()
    }, inMs)
  }

  /** Reads on with all jobs, and asks how they stand. */
  async #look(): Promise<void> {
    if (this.#followed.size === 0 || this.#closed) return
    try {
      const client = await this.client()
      for (const followed of this.#followed) {
        if (followed.path !== null) continue
        const path = await followed.folder()
        // Known before the first line can come.
        followed.path = path
        await client.request({ do: 'follow', folder: path, offset: followed.offset })
      }
      if (performance.now() >= this.#asked.next) {
        await this.#askStates(client)
        const at = performance.now()
        this.#asked = { at, next: at + this.#options.statesEveryMs }
      }
      this.#failures = 0
      if (this.#lost) {
        this.#lost = false
        for (const { listener } of [...this.#followed]) listener.contact(null)
      }
      const hasCome = [...this.#followed].some(({ path }) => path === null)
      this.#schedule(hasCome ? 0 : Math.max(0, this.#asked.next - performance.now()))
    } catch (error) {
      this.#noteLost(error instanceof Error ? error : new Error(String(error)))
      this.#schedule(retryMs[Math.min(this.#failures++, retryMs.length - 1)]!)
    }
  }

  async #askStates(client: AgentClient): Promise<void> {
    const jobs = [...this.#followed]
    if (jobs.length === 0) return
    const states = await this.#options.states(jobs.map(({ handle }) => handle))
    for (const job of jobs) {
      const state = states.get(job.handle) ?? { state: 'ended', cause: 'gone', words: null }
      const text = JSON.stringify(state)
      if (text === job.state) continue
      // What it wrote before its end comes before the end.
      if (state.state === 'ended' && job.path !== null) await client.request({ do: 'drain', folder: job.path })
      job.state = text
      job.listener.state(state)
    }
  }

  #line(folder: string, offset: number, line: string): void {
    const job = [...this.#followed].find(({ path }) => path === folder)
    // A line of an earlier connection's question may come twice.
    if (!job || offset <= job.offset) return
    this.readBytes += offset - job.offset
    job.offset = offset
    const event = jobEventSchema.safeParse(JSON.parse(line))
    if (event.success) job.listener.event(event.data, offset)
    else
      job.listener.contact(new PlaceTrouble('broken', `A job on ${this.#options.shell.where} wrote an event that is not in the protocol.`))
  }
}
