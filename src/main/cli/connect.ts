import { SkiplabError } from '../../common/failure.ts'
import type { EngineClient } from '../../common/rpc/contract.ts'
import { connectEngine } from '../client/client.ts'
import type { Context } from './command.ts'

/** Runs `use` with a client of the workspace's engine, which is started when none runs, and disconnects afterwards. */
export async function withEngine<T>(context: Context, use: (client: EngineClient) => Promise<T>): Promise<T> {
  const client = await connectEngine({ workspace: context.workspace })
  try {
    return await use(client)
  } finally {
    client.close()
  }
}

/** Does the same with an engine that runs already; null when there is none. */
export async function withRunningEngine<T>(context: Context, use: (client: EngineClient) => Promise<T>): Promise<T | null> {
  let client: EngineClient
  try {
    client = await connectEngine({ workspace: context.workspace, start: false })
  } catch (error) {
    if (error instanceof SkiplabError && error.code === 'unavailable') return null
    throw error
  }
  try {
    return await use(client)
  } finally {
    client.close()
  }
}
