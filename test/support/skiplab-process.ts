import { spawn, type ChildProcess } from 'node:child_process'
import { join } from 'node:path'

export interface Ended {
  readonly exitCode: number | null
  readonly stdout: string
  readonly stderr: string
}

/** The built command line, out/main/cli.cjs, as a process of its own, on one workspace. */
export class Skiplab {
  readonly workspace: string

  constructor(workspace: string) {
    this.workspace = workspace
  }

  /** Runs a command to its end. */
  async run(...args: string[]): Promise<Ended> {
    return this.start(...args).ended
  }

  start(...args: string[]): {
    readonly child: ChildProcess
    readonly ended: Promise<Ended>
    printed(text: string | RegExp): Promise<void>
    noted(text: string | RegExp): Promise<void>
  } {
    const program = join(import.meta.dirname, '../../out/main/cli.cjs')
    const env = { ...process.env, SKIPLAB_WORKSPACE: this.workspace, NO_COLOR: '1', FORCE_COLOR: '' }
    const child = spawn(process.execPath, [program, ...args], { env, stdio: ['ignore', 'pipe', 'pipe'] })
    let [stdout, stderr] = ['', '']
    const waiting = new Set<() => void>()
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      stdout += text
      for (const look of waiting) look()
    })
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      stderr += text
      for (const look of waiting) look()
    })
    const ended = new Promise<Ended>((resolve) => child.once('close', (exitCode) => resolve({ exitCode, stdout, stderr })))
    const seen = (text: string | RegExp, words: () => string) =>
      new Promise<void>((resolve, reject) => {
        const look = () => {
          if (words().search(text) < 0) return
          waiting.delete(look)
          resolve()
        }
        waiting.add(look)
        void ended.then(() => reject(new Error(`The command ended without printing ${String(text)}: ${stdout}${stderr}`)))
        look()
      })
    return { child, ended, printed: (text) => seen(text, () => stdout), noted: (text) => seen(text, () => stderr) }
  }
}
