import { spawn } from 'node:child_process'
import { exitCodeOf } from './setup/progress.mjs'

/**
 * Runs a program in this one's place: its input and output, its exit code. Resolves with the exit code.
 *
 * A Ctrl-C reaches every process of a terminal's foreground group, so it is not passed on there: the program would count it twice.
 * Away from a terminal the program gets a group of its own, and every signal sent to this process is passed on once.
 */
export function handOver(command, args, options = {}) {
  const onTerminal = process.stdin.isTTY || process.stdout.isTTY || process.stderr.isTTY
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, { stdio: 'inherit', detached: !onTerminal && process.platform !== 'win32', ...options })
    process.on('SIGINT', () => {
      if (!onTerminal) child.kill('SIGINT')
    })
    for (const signal of ['SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal))
    child.on('error', reject)
    child.on('exit', (code, signal) => resolve(exitCodeOf(code, signal)))
  })
}
