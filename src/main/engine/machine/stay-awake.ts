import { spawn, type ChildProcess } from 'node:child_process'

/** Keeps the machine awake while runs train, with or without a client. */
export class Wakefulness {
  readonly #hold: (reason: string) => () => void
  #release: (() => void) | null = null

  constructor(hold = stayAwake) {
    this.#hold = hold
  }

  /** May be called at any time. @param training whether runs train; false for a queue that waits or is paused */
  keep(training: boolean): void {
    if (training === (this.#release !== null)) return
    if (training) this.#release = this.#hold('training runs')
    else {
      this.#release?.()
      this.#release = null
    }
  }
}

/**
 * Keeps the machine from going to sleep, where the system has a tool for that; without one nothing happens.
 * The tool ends with this process, however that ends: it waits on a pipe that closes.
 * @returns ends the hold
 */
function stayAwake(reason: string): () => void {
  const holder = startHolder(reason)
  if (!holder) return () => undefined
  holder.on('error', () => undefined)
  holder.stdin?.on('error', () => undefined)
  holder.unref()
  return () => {
    holder.stdin?.end()
  }
}

function startHolder(reason: string): ChildProcess | null {
  const options = { stdio: ['pipe', 'ignore', 'ignore'] as ['pipe', 'ignore', 'ignore'] }
  try {
    if (process.platform === 'linux')
      return spawn('systemd-inhibit', ['--what=idle:sleep', '--who=Skiplab', `--why=${reason}`, '--mode=block', 'cat'], options)
    if (process.platform === 'darwin') return spawn('caffeinate', ['-i', 'cat'], options)
  } catch {
    // No such tool: the machine may sleep, and runs go on when it wakes.
  }
  return null
}
