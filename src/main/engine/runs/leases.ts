/** A worker that says nothing for so long is taken for hung. */
export const leaseMs = 30_000
/** Building the program and loading the data take up to so much longer. */
export const startGraceMs = 120_000
/** A step never takes longer than at this many multiply-adds a second. */
const slowestMultiplyAddsPerSecond = 3e9

/** The longest silence allowed of a worker whose steps take so much work. */
export function leaseFor(multiplyAddsPerStep: number): number {
  return leaseMs + (multiplyAddsPerStep / slowestMultiplyAddsPerSecond) * 1000
}

interface Lease {
  readonly durationMs: number
  /** Silence that the worker foretold. */
  silenceMs: number
  expiresAt: number
}

/**
 * Deadlines by which each running worker must speak again, on a monotonic clock.
 * When the engine itself was not running for a while (sleep, a stopped process), nobody's words could arrive: all deadlines move by
 * that gap.
 */
export class Leases {
  readonly #leases = new Map<number, Lease>()
  readonly #now: () => number
  readonly #largestGapMs: number
  #lastCheck: number

  /** @param now monotonic milliseconds */
  constructor(now: () => number, largestGapMs = 5_000) {
    this.#now = now
    this.#largestGapMs = largestGapMs
    this.#lastCheck = now()
  }

  grant(runId: number, durationMs: number): void {
    this.#leases.set(runId, { durationMs, silenceMs: 0, expiresAt: this.#now() + durationMs + startGraceMs })
  }

  renew(runId: number): void {
    const lease = this.#leases.get(runId)
    if (lease) lease.expiresAt = this.#now() + Math.max(lease.durationMs, lease.silenceMs)
  }

  /** A worker foretells how long it may be silent (long steps); holds until it says otherwise. */
  allowSilence(runId: number, silenceMs: number): void {
    const lease = this.#leases.get(runId)
    if (lease) lease.silenceMs = silenceMs
    this.renew(runId)
  }

  release(runId: number): void {
    this.#leases.delete(runId)
  }

  /** Runs whose worker was silent for too long. Call about once a second. */
  expired(): number[] {
    const now = this.#now()
    const gap = now - this.#lastCheck
    this.#lastCheck = now
    if (gap > this.#largestGapMs) for (const lease of this.#leases.values()) lease.expiresAt += gap
    return [...this.#leases].filter(([, lease]) => lease.expiresAt < now).map(([runId]) => runId)
  }
}
