import type { NetworkDesign } from '../network/design.ts'
import type { Layer } from '../network/graph/layer.ts'
import type { Network } from '../network/network.ts'
import { statisticNames } from '../network/state-names.ts'
import { type Layout, layoutOf, shapeInPyTorch } from './layout.ts'

/** One array of a network under both of its names. */
export interface WeightName {
  /** `stage1.block1.convolution1/weights`, as checkpoints have it. */
  readonly ours: string
  /** `layer1.0.conv1.weight`, as PyTorch has it. */
  readonly theirs: string
  readonly layout: Layout
  /** In Skiplab. */
  readonly shape: readonly number[]
  /** In PyTorch. */
  readonly theirShape: readonly number[]
}

/** How one public code for PyTorch names the weights of its networks. Each habit is one file in `habits/`. */
export interface NamingHabit {
  /** `torchvision`: what options say. */
  readonly name: string
  /** For people: whose habit it is. */
  readonly words: string
  /** Tells whether it has a name for every array of such networks. */
  applies: (design: NetworkDesign) => boolean
  /** Names all parameters and running statistics, in the order of the layers; only called where it applies. */
  names(network: Network): readonly WeightName[]
  /** Lists what its code expects beside those names and {@link batchCounters}; left out: nothing. */
  zeros?(network: Network): readonly ZeroArray[]
}

/**
 * Names the arrays of all layers by those of PyTorch's modules.
 * @param moduleOf path of the module that a layer is there, such as `layer1.0.conv1`
 */
export function namesByModule(network: Network, moduleOf: (layer: Layer) => string): readonly WeightName[] {
  return network.layers.flatMap((layer) => {
    const parameters = layer.parameters.map(({ name, shape }) => ({ ours: name, shape, theirs: suffixes[name.split('/').at(-1)!]! }))
    const arrays = [...parameters, ...(layer.kind === 'batch-normalization' ? statisticsOf(layer) : [])]
    if (arrays.length === 0) return []
    const path = moduleOf(layer)
    return arrays.map(({ ours, theirs, shape }): WeightName => {
      const layout = layoutOf(network, layer, shape)
      return { ours, theirs: `${path}.${theirs}`, layout, shape, theirShape: shapeInPyTorch(shape, layout) }
    })
  })
}

const suffixes: Readonly<Record<string, string>> = { weights: 'weight', bias: 'bias', scale: 'weight', offset: 'bias' }

function statisticsOf(layer: Extract<Layer, { kind: 'batch-normalization' }>) {
  const { mean, variance } = statisticNames(layer)
  const shape = [layer.outputShape.at(-1)!]
  return [
    { ours: mean, shape, theirs: 'running_mean' },
    { ours: variance, shape, theirs: 'running_var' },
  ]
}

/** An array that a public code has and Skiplab's networks have not: zeros, so that the code computes the same. */
export interface ZeroArray {
  readonly theirs: string
  readonly type: 'fp32' | 'int64'
  /** In PyTorch. */
  readonly shape: readonly number[]
}

/** Lists the counters of PyTorch's BN layers, int64 []: how many batches the statistics were taken over, which nothing reads. */
export function batchCounters(names: readonly WeightName[]): readonly ZeroArray[] {
  const mean = /\.running_mean$/
  return names
    .filter(({ theirs }) => mean.test(theirs))
    .map(({ theirs }) => ({ theirs: theirs.replace(mean, '.num_batches_tracked'), type: 'int64', shape: [] }))
}
