import { statisticNames } from '../network/state-names.ts'
import type { Network } from '../network/network.ts'

/** What becomes of a network's arrays where it starts from other weights, in the network's order. */
export interface StartingArrays {
  /** Names of arrays that are there under the same name in the same shape. */
  readonly taken: readonly string[]
  /** All others, such as the classifier of other classes, which are drawn from the seed. */
  readonly drawn: readonly string[]
}

/**
 * Tells which parameters and running statistics a network takes over. Momenta are never taken: they belong to the training before.
 * @param shapes of the arrays that are offered, by name
 */
export function startingArrays(network: Network, shapes: ReadonlyMap<string, readonly number[]>): StartingArrays {
  const all = network.layers.flatMap((layer): (readonly [string, readonly number[]])[] => {
    const parameters = layer.parameters.map(({ name, shape }) => [name, shape] as const)
    if (layer.kind !== 'batch-normalization') return parameters
    const { mean, variance } = statisticNames(layer)
    const channels = [layer.outputShape[2]!]
    return [...parameters, [mean, channels], [variance, channels]]
  })
  const fits = ([name, shape]: readonly [string, readonly number[]]) => shapes.get(name)?.join() === shape.join()
  const names = (arrays: typeof all) => arrays.map(([name]) => name)
  return { taken: names(all.filter(fits)), drawn: names(all.filter((each) => !fits(each))) }
}
