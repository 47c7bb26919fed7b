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
  /** Norm of the difference of all trainable numbers over that of the way that the reference has moved them. */
  readonly movement: number
  /** Absolute for means, relative for variances above 1, over the running statistics. */
  readonly statistic: number
  /** Norm of the difference over the norm, over the parameters; see leastShare. */
  readonly gradient: number
}

/**
 * @param start weights from which both began
 * @throws Error when the two do not hold the same names and sizes: then they are not the same network
 */
export function compareRuns(run: Updates, reference: Updates, start: ReadonlyMap<string, Float32Array>): Deviation {
  if (run.losses.length !== reference.losses.length) throw new Error(`Expected ${reference.losses.length} losses, got ${run.losses.length}`)
  const names = [...reference.state.keys()].filter((name) => !name.startsWith('momentum/'))
  const unexpected = [...run.state.keys()].find((name) => !reference.state.has(name))
  if (unexpected) throw new Error(`${unexpected} is unknown to the reference`)
  const [statistics, weights] = [names.filter((name) => name.includes('/running-')), names.filter((name) => !name.includes('/running-'))]
  return {
    loss: largest(reference.losses.map((loss, step) => Math.abs(run.losses[step]! - loss) / Math.abs(loss))),
    weight: largest(weights.map((name) => largestDifference(...pair(run.state, reference.state, name), () => 1))),
    movement: Math.sqrt(squaredDistance(run.state, reference.state, weights) / squaredDistance(start, reference.state, weights)),
    statistic: largest(
      statistics.map((name) => largestDifference(...pair(run.state, reference.state, name), (value) => Math.max(1, Math.abs(value)))),
    ),
    gradient: gradientDeviation(run.firstGradients, reference.firstGradients),
  }
}

/**
 * A gradient that is none but rounding, such as that of a BN offset behind which another BN stands, has no norm of its own to be held
 * against: this share of the norm of all gradients is the least.
 */
const leastShare = 1e-5

function gradientDeviation(run: ReadonlyMap<string, Float32Array>, reference: ReadonlyMap<string, Float32Array>): number {
  const names = [...reference.keys()]
  const nothing = new Map([...reference].map(([name, values]) => [name, new Float32Array(values.length)]))
  const least = leastShare * Math.sqrt(squaredDistance(nothing, reference, names))
  return largest(
    names.map((name) => {
      const norm = Math.sqrt(squaredDistance(nothing, reference, [name]))
      return Math.sqrt(squaredDistance(run, reference, [name])) / Math.max(norm, least)
    }),
  )
}

/** Over all numbers of the given parameters. */
function squaredDistance(
  run: ReadonlyMap<string, Float32Array>,
  reference: ReadonlyMap<string, Float32Array>,
  names: readonly string[],
): number {
  return names.reduce((sum, name) => {
    const [ours, theirs] = pair(run, reference, name)
    return sum + theirs.reduce((inner, value, index) => inner + (ours[index]! - value) ** 2, 0)
  }, 0)
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

/** NaN when any is NaN: a deviation that cannot be told is never within a bar. */
function largest(values: Iterable<number>): number {
  let result = 0
  for (const value of values) {
    if (Number.isNaN(value)) return Number.NaN
    result = Math.max(result, value)
  }
  return result
}
