import { spawn, spawnSync } from 'node:child_process'
import { createInterface } from 'node:readline'
import { resolve } from 'node:path'
import type { EngineClient } from '../../src/common/rpc/contract.ts'
import { connectEngine } from '../../src/main/client/client.ts'

const program = resolve(import.meta.dirname, '..', '..', 'out', 'main', 'cli.cjs')
const node = process.env.SKIPLAB_NODE ?? process.execPath

/** Runs a command of the built program to its end. */
export function skiplab(workspace: string, ...args: readonly string[]): void {
  const { status, stderr } = spawnSync(node, [program, ...args, '--workspace', workspace], { encoding: 'utf8' })
  if (status !== 0) throw new Error(`skiplab ${args.join(' ')} ended with ${status}: ${stderr}`)
}

export interface Served {
  readonly url: string
  engine(): Promise<EngineClient>
  /** Ends the page's server and the engine. */
  end(): Promise<void>
}

/** @param command what stands for `skiplab` */
export async function serveLab(workspace: string, [file, ...args]: readonly [string, ...string[]] = [node, program]): Promise<Served> {
  const child = spawn(file, [...args, 'serve', '--workspace', workspace, '--port', '0'], { stdio: ['ignore', 'pipe', 'ignore'] })
  const lines = createInterface({ input: child.stdout })
  const url = await new Promise<string>((done, fail) => {
    lines.once('line', done)
    child.once('exit', (code) => fail(new Error(`skiplab serve ended with ${code}`)))
  })
  return {
    url,
    engine: () => connectEngine({ workspace, start: false }),
    async end() {
      const exited = new Promise((done) => child.once('exit', done))
      child.kill('SIGTERM')
      const impatient = setTimeout(() => child.kill('SIGKILL'), 5_000)
      await exited
      clearTimeout(impatient)
      skiplab(workspace, 'engine', 'stop')
    },
  }
}
