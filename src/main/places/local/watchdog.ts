/** Time without a message after which a worker counts as hung. */
export const silenceLimitMs = 30_000
/** Additional time for building the program and loading the data. */
export const startGraceMs = 120_000
/** Lowest speed that a step is expected to reach. */
const slowestMultiplyAddsPerSecond = 3e9

/** Computes the longest silence, in milliseconds, that is allowed to a worker by the work of its steps. */
export function silenceLimitFor(multiplyAddsPerStep: number): number {
  return silenceLimitMs + (multiplyAddsPerStep / slowestMultiplyAddsPerSecond) * 1000
}

interface Deadline {
  readonly durationMs: number
  /** Silence that the worker announced. */
  silenceMs: number
  expiresAt: number
}

/**
 * Holds a deadline for each running worker by which it must send its next message, on a monotonic clock.
 * When the engine itself was not running for a while (sleep, a stopped process), no message could arrive: all deadlines move by that gap.
 */
export class Watchdog {
  readonly #deadlines = new Map<number, Deadline>()
  readonly #now: () => number
  readonly #largestGapMs: number
  #lastCheck: number

  /** @param now monotonic milliseconds */
  constructor(now: () => number, largestGapMs = 5_000) {
    this.#now = now
    this.#largestGapMs = largestGapMs
    this.#lastCheck = now()
  }

  /** Starts to watch a worker. @param durationMs longest silence that is allowed, without the start */
  watch(runId: number, durationMs: number): void {
    this.#deadlines.set(runId, { durationMs, silenceMs: 0, expiresAt: this.#now() + durationMs + startGraceMs })
  }

  /** Moves the deadline, because the worker sent a message. */
  renew(runId: number): void {
    const deadline = this.#deadlines.get(runId)
    if (deadline) deadline.expiresAt = this.#now() + Math.max(deadline.durationMs, deadline.silenceMs)
  }

  /** Sets how long a worker may be silent, as it announced (long steps); holds until it announces another time. */
  allowSilence(runId: number, silenceMs: number): void {
    const deadline = this.#deadlines.get(runId)
    if (deadline) deadline.silenceMs = silenceMs
    this.renew(runId)
  }

  /** Ends watching a worker. */
  release(runId: number): void {
    this.#deadlines.delete(runId)
  }

  /** Lists runs whose worker was silent for too long. Call about once a second. */
  expired(): number[] {
    const now = this.#now()
    const gap = now - this.#lastCheck
    this.#lastCheck = now
    if (gap > this.#largestGapMs) for (const deadline of this.#deadlines.values()) deadline.expiresAt += gap
    return [...this.#deadlines].filter(([, deadline]) => deadline.expiresAt < now).map(([runId]) => runId)
  }
}
