import { join } from 'node:path'
import type { EngineClient } from '../../common/rpc/contract.ts'
import { connectEngine } from '../engine/client.ts'

/**
 * Finds or starts the workspace's engine. It runs on the Node named by SKIPLAB_NODE (`npm start` and the tests set it),
 * or on Electron's own executable as plain Node; never inside this process, where TensorFlow would crash.
 */
export function connectToEngine(workspace: string): Promise<EngineClient> {
  const node = process.env.SKIPLAB_NODE
  return connectEngine({
    workspace,
    engineScript: join(import.meta.dirname, 'engine.cjs'),
    nodePath: node ?? process.execPath,
    env: { SKIPLAB_CLOSE_INHERITED: '1', ...(node ? {} : { ELECTRON_RUN_AS_NODE: '1' }) },
  })
}
