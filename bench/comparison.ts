import type { Round } from './stepper.ts'

export interface Spread {
  readonly median: number
  readonly minimum: number
  readonly maximum: number
}

/** One program's rounds, in the order in which they were run. */
export interface Series {
  readonly label: string
  readonly rounds: readonly Round[]
}

/** Skiplab against the fastest of the peer's settings. */
export interface Comparison {
  readonly workload: string
  readonly precision: 'fp32' | 'bf16'
  readonly ours: Spread
  readonly peer: Spread
  /** Which of the peer's settings was the fastest, by median. */
  readonly peerLabel: string
  /** Ours over the peer's, round by round, so that a slow minute of the machine hits both. */
  readonly speedRatio: Spread
  readonly peakRssBytes: number
  readonly peerPeakRssBytes: number
  readonly memoryRatio: number
}

/** @throws RangeError for no values */
export function spreadOf(values: readonly number[]): Spread {
  if (values.length === 0) throw new RangeError('No values to take the median of.')
  const sorted = [...values].sort((a, b) => a - b)
  const middle = sorted.length / 2
  const median = sorted.length % 2 === 1 ? sorted[Math.floor(middle)]! : (sorted[middle - 1]! + sorted[middle]!) / 2
  return { median, minimum: sorted[0]!, maximum: sorted.at(-1)! }
}

/** @param peers at least one, with as many rounds as `ours` */
export function compare(workload: string, precision: 'fp32' | 'bf16', ours: Series, peers: readonly Series[]): Comparison {
  const speed = (series: Series) => spreadOf(series.rounds.map((round) => round.imagesPerSecond))
  const best = peers.reduce((fastest, peer) => (speed(peer).median > speed(fastest).median ? peer : fastest))
  const peak = (series: Series) => Math.max(...series.rounds.map((round) => round.peakRssBytes))
  return {
    workload,
    precision,
    ours: speed(ours),
    peer: speed(best),
    peerLabel: best.label,
    speedRatio: spreadOf(ours.rounds.map((round, index) => round.imagesPerSecond / best.rounds[index]!.imagesPerSecond)),
    peakRssBytes: peak(ours),
    peerPeakRssBytes: peak(best),
    memoryRatio: peak(ours) / peak(best),
  }
}
