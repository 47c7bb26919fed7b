import { exitCodes } from './exit-codes.ts'

type Listener = (signal: NodeJS.Signals) => void
const signals = ['SIGINT', 'SIGTERM'] as const

/** Keeps a Ctrl-C or SIGTERM waiting while something is done that must not be left halfway. A second one ends the program. */
export class HeldInterrupts {
  #kept: NodeJS.Signals | null = null

  constructor() {
    for (const signal of signals) process.on(signal, this.#keep)
  }

  readonly #keep: Listener = (signal) => {
    if (this.#kept !== null) process.exit(signal === 'SIGINT' ? exitCodes.interrupted : exitCodes.terminated)
    this.#kept = signal
  }

  /** Hands all signals to the listener from here on, and the one that came before. */
  handOver(listener: Listener): void {
    // In this order: with no listener for a moment, a signal would end the program.
    for (const signal of signals) process.on(signal, listener)
    this.drop()
    if (this.#kept !== null) listener(this.#kept)
  }

  /** Lets signals end the program again. */
  drop(): void {
    for (const signal of signals) process.removeListener(signal, this.#keep)
  }
}
