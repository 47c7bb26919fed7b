/** What a few updates left behind, by parameter name in Skiplab's layout. */
export interface Updates {
  readonly losses: readonly number[]
  /** Gradients of the first batch at the given weights. */
  readonly firstGradients: ReadonlyMap<string, Float32Array>
  /** Parameters, `.../running-*` and `momentum/...`. */
  readonly state: ReadonlyMap<string, Float32Array>
}

/** Largest deviations of one run from another. */
export interface Deviation {
  /** Relative, over the steps. */
  readonly loss: number
  /** Absolute, over all trainable numbers. */
  readonly weight: number
  /** Absolute for means, relative for variances above 1, over the running statistics. */
  readonly statistic: number
  /** Norm of the difference over the norm, over the parameters. */
  readonly gradient: number
}

/** @throws Error when the two do not hold the same names and sizes: then they are not the same network */
export function compareRuns(run: Updates, reference: Updates): Deviation {
  if (run.losses.length !== reference.losses.length) throw new Error(`Expected ${reference.losses.length} losses, got ${run.losses.length}`)
  const names = [...reference.state.keys()].filter((name) => !name.startsWith('momentum/'))
  const unexpected = [...run.state.keys()].find((name) => !reference.state.has(name))
  if (unexpected) throw new Error(`${unexpected} is unknown to the reference`)
  const [statistics, weights] = [names.filter((name) => name.includes('/running-')), names.filter((name) => !name.includes('/running-'))]
  return {
    loss: largest(reference.losses.map((loss, step) => Math.abs(run.losses[step]! - loss) / Math.abs(loss))),
    weight: largest(weights.map((name) => largestDifference(...pair(run.state, reference.state, name), () => 1))),
    statistic: largest(
      statistics.map((name) => largestDifference(...pair(run.state, reference.state, name), (value) => Math.max(1, Math.abs(value)))),
    ),
    gradient: largest(
      [...reference.firstGradients.keys()].map((name) => relativeNorm(...pair(run.firstGradients, reference.firstGradients, name))),
    ),
  }
}

function pair(
  run: ReadonlyMap<string, Float32Array>,
  reference: ReadonlyMap<string, Float32Array>,
  name: string,
): [Float32Array, Float32Array] {
  const [ours, theirs] = [run.get(name), reference.get(name)!]
  if (ours?.length !== theirs.length) throw new Error(`Expected ${theirs.length} numbers for ${name}, got ${ours?.length ?? 'none'}`)
  return [ours, theirs]
}

function largestDifference(values: Float32Array, reference: Float32Array, scale: (value: number) => number): number {
  return largest(reference.map((value, index) => Math.abs(values[index]! - value) / scale(value)))
}

function relativeNorm(values: Float32Array, reference: Float32Array): number {
  let difference = 0
  let square = 0
  reference.forEach((value, index) => {
    difference += (values[index]! - value) ** 2
    square += value ** 2
  })
  return Math.sqrt(difference / square)
}

/** NaN when any is NaN: a deviation that cannot be told is never within a bar. */
function largest(values: Iterable<number>): number {
  let result = 0
  for (const value of values) {
    if (Number.isNaN(value)) return Number.NaN
    result = Math.max(result, value)
  }
  return result
}
