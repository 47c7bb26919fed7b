import { spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { type EngineClient, SkiplabError } from '../../common/rpc/contract.ts'
import { connectEngine } from '../client/client.ts'

/**
 * Finds or starts the workspace's engine. It runs on the Node named by SKIPLAB_NODE (`npm start` and the tests set it), on the one that
 * the packaged app brings along, or on Electron's own executable as plain Node; never inside this process, where TensorFlow would crash.
 * @param say hears what is being done when it takes long
 */
export async function connectToEngine(workspace: string, say: (words: string) => void): Promise<EngineClient> {
  const lab = join(process.resourcesPath, 'lab')
  const packagedNode = join(lab, 'bin', process.platform === 'win32' ? 'node.exe' : 'node')
  if (existsSync(packagedNode)) {
    const binding = await provideTensorflow(packagedNode, join(lab, 'scripts', 'package', 'first-start.mjs'), say)
    return connectEngine({
      workspace,
      engineScript: join(lab, 'out', 'main', 'engine.cjs'),
      nodePath: packagedNode,
      env: { SKIPLAB_CLOSE_INHERITED: '1', SKIPLAB_BINDING: binding },
    })
  }
  const node = process.env.SKIPLAB_NODE
  return connectEngine({
    workspace,
    engineScript: join(import.meta.dirname, 'engine.cjs'),
    nodePath: node ?? process.execPath,
    env: { SKIPLAB_CLOSE_INHERITED: '1', ...(node ? {} : { ELECTRON_RUN_AS_NODE: '1' }) },
  })
}

/**
 * TensorFlow in the per-user cache, downloaded at the very first start.
 * @returns the path of the binding that loads it
 * @throws SkiplabError unavailable, with what a person can do
 */
function provideTensorflow(node: string, script: string, say: (words: string) => void): Promise<string> {
  return new Promise((resolve, reject) => {
    const child = spawn(node, [script], { stdio: ['ignore', 'pipe', 'pipe'], windowsHide: true })
    let path = ''
    let words = ''
    child.stdout.setEncoding('utf8').on('data', (text: string) => (path += text))
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      words = (words + text).slice(-4000)
      const last = text
        .trim()
        .split('\n')
        .at(-1)
        ?.replace(/^\[set-up\]\s*/, '')
        .trim()
      if (last) say(last)
    })
    child.once('error', (error) => reject(new SkiplabError('unavailable', `TensorFlow could not be set up: ${error.message}`)))
    child.once('close', (code) => {
      if (code === 0) resolve(path)
      else
        reject(
          new SkiplabError(
            'unavailable',
            `TensorFlow could not be set up.\n${words
              .trim()
              .replace(/^\[set-up\].*\n?/gm, '')
              .trim()}`,
          ),
        )
    })
  })
}
