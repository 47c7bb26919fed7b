import type { Precision } from '../device.ts'
/** Training speed measured on this machine, evaluation and logging included. */
export interface MeasuredSpeed {
  readonly threads: number
  readonly precision: Precision
  /** Multiply-adds of the measured network for one image. */
  readonly multiplyAdds: number
  readonly batchSize: number
  /** Images of {@link Work} a second. */
  readonly imagesPerSecond: number
  /** What a run took beside its epochs: process, graph, data, first steps; null when no run has ended yet. */
  readonly startMs: number | null
  /** `speed-test`: bare training steps; `first-epoch`: warm-up in it; `epochs`: as a run trains. */
  readonly source: 'speed-test' | 'first-epoch' | 'epochs'
}

/** A network in training, as far as its speed goes. */
export interface Load {
  readonly multiplyAdds: number
  readonly batchSize: number
  readonly threads: number
  readonly precision: Precision
}

export interface Work extends Load {
  /** Training images left, repeats counted, and evaluated ones by {@link evaluationShare}. */
  readonly images: number
  /** Whether a worker has to be started for it. */
  readonly starts: boolean
}

/** The speed that a network is expected to train at, and what its run takes beside. */
export interface Expectation {
  readonly imagesPerSecond: number
  readonly startMs: number
  readonly distance: number
}

/** How long work takes, and how far that is from what was measured: 0 for the very network, 1 for one e times as large. */
export interface Estimate {
  readonly ms: number
  readonly distance: number
}

/** A forecast that came true or not. */
export interface Outcome {
  readonly forecastMs: number
  readonly distance: number
  readonly measuredMs: number
}

/** Work of evaluating an image over that of training on it: the forward third, with BN folded away. */
export const evaluationShare = 0.25

/** Images of {@link Work} that steps and epochs amount to. */
export function workImages(left: { steps: number; epochs: number }, batchSize: number, evaluationImages: number): number {
  return left.steps * batchSize + evaluationShare * left.epochs * evaluationImages
}

/** Nearness counts by its cube, so that the nearest measurement leads and no two make a jump. */
const nearness = 3
/** A speed test knows neither evaluation nor logging, a first epoch holds the warm-up. */
const sourceDistance = { 'speed-test': 0.5, 'first-epoch': 0.3, epochs: 0 } as const
/** Speed in the other precision is a guess: bf16 is between once and three times as fast. */
const bf16Gain = 1.7

/**
 * What an image costs whatever the network, in multiply-adds that take as long: making the batch, the first layer, the loss.
 * It decides while one size was measured only, and fades beside measurements of others.
 */
const overheadPrior = { multiplyAdds: 8e6, weight: 0.05 } as const

/**
 * What to expect of a network from all that was measured: the time of an image is a line over its multiply-adds, with what every image
 * costs besides, fitted with near measurements before far ones.
 * @returns null when nothing was measured on this device
 */
export function expectedSpeed(load: Load, speeds: readonly MeasuredSpeed[]): Expectation | null {
  const known = speeds.filter((speed) => speed.imagesPerSecond > 0).map((speed) => ({ ...speed, distance: distanceTo(load, speed) }))
  if (known.length === 0) return null
  const weights = known.map(({ distance }) => 1 / (distance + 1e-3) ** nearness)
  const secondsPerImage = fittedTime(
    load,
    known.map((speed, index) => ({ multiplyAdds: speed.multiplyAdds, seconds: secondsFor(load, speed), weight: weights[index]! })),
  )
  return {
    imagesPerSecond: 1 / secondsPerImage,
    startMs: expectedStart(known, weights),
    distance: Math.min(...known.map(({ distance }) => distance)),
  }
}

interface TimedImage {
  readonly multiplyAdds: number
  readonly seconds: number
  readonly weight: number
}

/** Least squares of relative errors. A line that falls, or begins below nothing, is none: then the prior's overhead stands. */
function fittedTime({ multiplyAdds }: Load, images: readonly TimedImage[]): number {
  // In units of the network asked for, so that the two unknowns are of one size: its overhead, and its multiply-adds' time.
  const prior = overheadPrior.multiplyAdds / multiplyAdds
  const rows = images.map(({ multiplyAdds: size, seconds, weight }) => ({
    overhead: 1 / seconds,
    work: size / multiplyAdds / seconds,
    weight,
  }))
  const total = rows.reduce((sum, { weight }) => sum + weight, 0)
  const sum = (term: (row: (typeof rows)[number]) => number): number => rows.reduce((all, row) => all + row.weight * term(row), 0) / total
  const [oo, ow, ww, o, w] = [
    sum((row) => row.overhead ** 2),
    sum((row) => row.overhead * row.work),
    sum((row) => row.work ** 2),
    sum((row) => row.overhead),
    sum((row) => row.work),
  ]
  // The prior is one more row, 0 = overhead - prior * work, in relative terms as the others are.
  const strength = overheadPrior.weight * oo
  const [a, b, d] = [oo + strength, ow - strength * prior, ww + strength * prior ** 2]
  const determinant = a * d - b * b
  const [overhead, work] = [(o * d - w * b) / determinant, (w * a - o * b) / determinant]
  if (overhead >= 0 && work > 0) return overhead + work
  const scale = (prior * o + w) / (prior ** 2 * oo + 2 * prior * ow + ww)
  return (prior + 1) * scale
}

/** Milliseconds that the work takes, or null when no speed is known. */
export function forecast(work: Work, speeds: readonly MeasuredSpeed[]): Estimate | null {
  const speed = expectedSpeed(work, speeds)
  return speed && estimateAt(speed, work.images, work.starts)
}

/** The start of a run depends little on its network: only the training is as far from what was measured as the network is. */
export function estimateAt(speed: Expectation, images: number, starts: boolean): Estimate {
  const trainingMs = (images / speed.imagesPerSecond) * 1000
  const ms = trainingMs + (starts ? speed.startMs : 0)
  return { ms, distance: ms > 0 ? (speed.distance * trainingMs) / ms : 0 }
}

function distanceTo(load: Load, speed: MeasuredSpeed): number {
  return (
    Math.abs(Math.log(speed.multiplyAdds / load.multiplyAdds)) +
    0.4 * Math.abs(Math.log(speed.batchSize / load.batchSize)) +
    0.5 * Math.abs(Math.log(speed.threads / load.threads)) +
    (speed.precision === load.precision ? 0 : 1) +
    sourceDistance[speed.source]
  )
}

/** Seconds of an image that a measurement stands for, in proportion to threads. */
function secondsFor(load: Load, speed: MeasuredSpeed): number {
  const gain = speed.precision === load.precision ? 1 : load.precision === 'bf16' ? bf16Gain : 1 / bf16Gain
  return speed.threads / load.threads / gain / speed.imagesPerSecond
}

function expectedStart(known: readonly MeasuredSpeed[], weights: readonly number[]): number {
  let sum = 0
  let total = 0
  known.forEach(({ startMs }, index) => {
    if (startMs === null) return
    sum += startMs * weights[index]!
    total += weights[index]!
  })
  return total > 0 ? sum / total : 0
}

/** Standard deviation of ln(measured / forecast) for the measured network itself, before any forecast was put to the test. */
const priorSpread = 0.12
/** That guess counts as much as so many forecasts. */
const priorWeight = 4

/** Standard deviation of ln(measured / forecast) at distance 0, learned from this machine's forecasts. */
export function learnedSpread(outcomes: readonly Outcome[]): number {
  const squares = outcomes.map(({ forecastMs, measuredMs, distance }) => (Math.log(measuredMs / forecastMs) / (1 + distance)) ** 2)
  return Math.sqrt((priorWeight * priorSpread ** 2 + squares.reduce((sum, square) => sum + square, 0)) / (priorWeight + squares.length))
}

/** Standard deviations of an interval that holds four outcomes in five. */
export const fourInFive = 1.2816

/**
 * An estimate stretched by so many standard deviations. Runs of one machine are late together (other programs, heat), so that the
 * same deviation holds for all runs of a queue.
 */
export function stretched(estimate: Estimate, spread: number, deviations: number): number {
  return estimate.ms * Math.exp(deviations * spread * (1 + estimate.distance))
}

/** The normal distribution's share below so many standard deviations (Abramowitz and Stegun 26.2.17, error below 1e-7). */
export function shareBelow(deviations: number): number {
  const t = 1 / (1 + 0.2316419 * Math.abs(deviations))
  const tail =
    (Math.exp(-(deviations ** 2) / 2) / Math.sqrt(2 * Math.PI)) *
    t *
    (0.31938153 + t * (-0.356563782 + t * (1.781477937 + t * (-1.821255978 + t * 1.330274429))))
  return deviations > 0 ? 1 - tail : tail
}
