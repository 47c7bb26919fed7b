import { spawn } from 'node:child_process'
import type { Readable } from 'node:stream'
import { PlaceTrouble } from './place-trouble.ts'
import type { CommandResult, OpenCommand, RunOptions } from './shell.ts'

const defaultTimeoutMs = 60_000
/** Most that is kept of a command's output; what is larger goes through `open`. */
const longestOutput = 16_000_000
const longestErrors = 20_000

/** Starts a program of this machine with its pipes open. */
export function openChild(argv: readonly string[], env: NodeJS.ProcessEnv = process.env): OpenCommand {
  const [program, ...args] = argv
  const child = spawn(program ?? '', args, { env, stdio: ['pipe', 'pipe', 'pipe'], windowsHide: true })
  let stderr = ''
  child.stderr.setEncoding('utf8')
  child.stderr.on('data', (text: string) => (stderr = (stderr + text).slice(-longestErrors)))
  // Writing to a program that is gone is told by its end.
  child.stdin.on('error', () => undefined)
  const ended = new Promise<{ code: number | null; stderr: string }>((resolve) => {
    child.once('error', (error) => resolve({ code: null, stderr: `${stderr}${error.message}` }))
    child.once('close', (code) => resolve({ code, stderr }))
  })
  return { stdin: child.stdin, stdout: child.stdout, ended, kill: () => void child.kill('SIGKILL') }
}

/** Runs a program to its end. @throws PlaceTrouble when it does not end in time */
export async function runChild(argv: readonly string[], where: string, options: RunOptions = {}): Promise<CommandResult> {
  const { stdin = '', timeoutMs = defaultTimeoutMs } = options
  const command = openChild(argv)
  let late = false
  const timer = setTimeout(() => {
    late = true
    command.kill()
  }, timeoutMs)
  command.stdin.end(stdin)
  const stdout = readAll(command.stdout)
  const { code, stderr } = await command.ended
  clearTimeout(timer)
  if (late) throw new PlaceTrouble('unreachable', `A command on ${where} did not end within ${Math.round(timeoutMs / 1000)} s.`)
  return { code: code ?? 255, stdout: await stdout, stderr }
}

async function readAll(stream: Readable): Promise<string> {
  const parts: string[] = []
  let length = 0
  stream.setEncoding('utf8')
  for await (const text of stream) {
    length += String(text).length
    if (length <= longestOutput) parts.push(String(text))
  }
  return parts.join('')
}
