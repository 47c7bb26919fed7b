import type { Network } from '../../network/network.ts'
import { Random, randomStreams } from '../../training/random.ts'

/** A step for each array of weights, by name. Biases, BN and statistics have none: they stay as they are. */
export type Direction = ReadonlyMap<string, Float32Array>

/**
 * Draws a random direction and normalizes it filter by filter: each filter of the direction gets the L2 norm of the network's, and so do
 * the weights of each output of a fully connected layer ("Visualizing the Loss Landscape of Neural Nets", Li et al. 2018, section 4).
 * Steps for biases and BN are zero, as in the authors' experiments.
 * @param axis 0 for x, 1 for y: drawn apart
 */
export function filterNormalizedDirection(
  network: Pick<Network, 'layers'>,
  state: ReadonlyMap<string, Float32Array>,
  seed: number,
  axis: number,
): Direction {
  const weights = network.layers.flatMap(({ parameters }) => parameters.filter(({ shape }) => shape.length > 1))
  return new Map(
    weights.map(({ name, shape }, index) => {
      const random = new Random(seed, randomStreams.analysis, axis, index)
      const drawn = state.get(name)!.map(() => random.normal())
      return [name, withNormsOf(state.get(name)!, drawn, shape.at(-1)!)]
    }),
  )
}

/** Scales each filter of a direction; filters are the last axis, so every `filters`-th number is of one. */
function withNormsOf(weights: Float32Array, drawn: Float32Array, filters: number): Float32Array {
  const [wanted, given] = [normsOf(weights, filters), normsOf(drawn, filters)]
  return drawn.map((value, at) => (value * wanted[at % filters]!) / given[at % filters]!)
}

/** Computes the L2 norm of each filter of weights [..., filters]. */
export function normsOf(weights: Float32Array, filters: number): Float64Array {
  const squares = new Float64Array(filters)
  weights.forEach((weight, at) => (squares[at % filters]! += weight * weight))
  return squares.map(Math.sqrt)
}

/** Computes the cosine of the angle between two directions. */
export function cosineOf(one: Direction, other: Direction): number {
  let [product, ones, others] = [0, 0, 0]
  for (const [name, values] of one)
    values.forEach((value, at) => {
      const beside = other.get(name)![at]!
      product += value * beside
      ones += value * value
      others += beside * beside
    })
  return product / Math.sqrt(ones * others)
}

/**
 * Moves weights along directions; everything that has no step stays as it is.
 * @param steps how far along each direction
 * @returns arrays of its own for what moves
 */
export function movedState(
  state: ReadonlyMap<string, Float32Array>,
  directions: readonly Direction[],
  steps: readonly number[],
): ReadonlyMap<string, Float32Array> {
  const moved = new Map(state)
  for (const name of directions[0]!.keys())
    moved.set(
      name,
      movedArray(
        state.get(name)!,
        directions.map((direction) => direction.get(name)!),
        steps,
      ),
    )
  return moved
}

/** Sums up in double precision and rounds once. */
function movedArray(weights: Float32Array, [first, second]: readonly Float32Array[], [x, y]: readonly number[]): Float32Array {
  const moved = new Float32Array(weights.length)
  for (let at = 0; at < weights.length; at++) moved[at] = weights[at]! + x! * first![at]! + (second ? y! * second[at]! : 0)
  return moved
}
