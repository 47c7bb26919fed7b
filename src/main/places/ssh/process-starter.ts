import type { JobState } from '../../../common/places/job-state.ts'
import type { AgentClient } from '../job/agent-client.ts'
import type { JobStarter, ReadyJob } from '../job-starter.ts'

/** Starts jobs as processes of the machine that the connection leads to; a handle is the job's folder. */
export class ProcessStarter implements JobStarter {
  readonly #agent: () => Promise<AgentClient>

  constructor(agent: () => Promise<AgentClient>) {
    this.#agent = agent
  }

  async start({ folder, argv }: ReadyJob): Promise<string> {
    const agent = await this.#agent()
    await agent.request({ do: 'launch', folder, argv: [...argv] })
    return folder
  }

  async states(handles: readonly string[]): Promise<ReadonlyMap<string, JobState>> {
    const agent = await this.#agent()
    const alive = new Set(await agent.request({ do: 'alive', folders: [...handles] }))
    return new Map(
      handles.map((handle) => [handle, alive.has(handle) ? { state: 'running' } : { state: 'ended', cause: 'gone', words: null }]),
    )
  }

  async cancel(handles: readonly string[]): Promise<void> {
    const agent = await this.#agent()
    for (const folder of handles) await agent.request({ do: 'kill', folder })
  }

  partitions(): Promise<null> {
    return Promise.resolve(null)
  }
}
