// What set-up tells people. Everything goes to stderr, so that stdout belongs to the command that was asked for.
import { spawn } from 'node:child_process'
import { lstatSync, readdirSync } from 'node:fs'
import { constants } from 'node:os'
import { join } from 'node:path'
import { SetupProblem } from './problem.mjs'

const terminal = process.stderr.isTTY === true
const heartbeatMs = terminal ? 1000 : 15_000

/** One line for people, on stderr. */
export function say(line) {
  process.stderr.write(`${line}\n`)
}

export function megabytes(bytes) {
  return `${Math.round(bytes / 1e6)} MB`
}

/** A process's exit code as a shell tells it: 128 and more when a signal ended it. */
export function exitCodeOf(code, signal) {
  return code ?? 128 + (constants.signals[signal] ?? 0)
}

/** Announces a step, runs it, and says how long it took. */
export async function step(title, work) {
  const startedMs = Date.now()
  say(`[set-up] ${title}`)
  const result = await work()
  say(`[set-up]   done in ${((Date.now() - startedMs) / 1000).toFixed(1)} s`)
  return result
}

/** Bytes in all files below a folder; 0 if it does not exist. */
export function folderBytes(folder) {
  let bytes = 0
  let entries
  try {
    entries = readdirSync(folder, { withFileTypes: true })
  } catch {
    return 0
  }
  for (const entry of entries) {
    const path = join(folder, entry.name)
    if (entry.isDirectory()) bytes += folderBytes(path)
    else {
      try {
        bytes += lstatSync(path).size
      } catch {
        // Temporary files of the running command come and go.
      }
    }
  }
  return bytes
}

/**
 * Runs a command to its end with a sign of life while it works.
 * @param {string} command
 * @param {string[]} args
 * @param {{cwd?: string, env?: NodeJS.ProcessEnv, watch?: string, expectedBytes?: number, silent?: boolean}} [options]
 *   `watch`: a folder whose growth is the progress, out of `expectedBytes`. `silent`: another command beside it gives the signs of life.
 * @returns {Promise<{code: number, output: string}>} exit code (127: could not start) and everything it printed, and the signal that
 *   ended it
 */
export function runCommand(command, args, options = {}) {
  const { watch, expectedBytes, silent, ...spawnOptions } = options
  const startedMs = Date.now()
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, { ...spawnOptions, stdio: ['ignore', 'pipe', 'pipe'] })
    let output = ''
    child.stdout.on('data', (chunk) => (output += chunk))
    child.stderr.on('data', (chunk) => (output += chunk))
    const beat = silent ? undefined : setInterval(() => report(), heartbeatMs)
    let stoppedBy = null
    const stop = (signal) => {
      stoppedBy = signal
      child.kill(signal)
    }
    process.on('SIGINT', stop).on('SIGTERM', stop)
    const finish = (code) => {
      clearInterval(beat)
      process.off('SIGINT', stop).off('SIGTERM', stop)
      if (terminal) process.stderr.write('\r\u001b[K')
      if (stoppedBy)
        reject(
          new SetupProblem('It was interrupted.', 'run the command again; what is complete is kept.', stoppedBy === 'SIGINT' ? 130 : 143),
        )
      else resolve({ code, output })
    }
    child.on('error', (error) => {
      output += error.message
      finish(127)
    })
    child.on('close', (code, signal) => {
      // Of a crash the signal is often all there is to tell.
      if (signal) output += `\nended by ${signal}`
      finish(exitCodeOf(code, signal))
    })

    function report() {
      const seconds = Math.round((Date.now() - startedMs) / 1000)
      let text = `         ${seconds} s`
      if (watch && expectedBytes) {
        const bytes = Math.min(folderBytes(watch), expectedBytes)
        text += `, ${megabytes(bytes)} of ${megabytes(expectedBytes)} (${Math.floor((100 * bytes) / expectedBytes)} %)`
      }
      process.stderr.write(terminal ? `\r${text}\u001b[K` : `${text}\n`)
    }
  })
}

/** The last lines of a command's output, for a message. */
export function lastLines(output, count = 12) {
  return output.trim().split('\n').slice(-count).join('\n')
}
