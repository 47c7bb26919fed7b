import { consumersOf } from '../../network/graph/network.ts'
import type { Network } from '../../network/network.ts'
import { statisticNames } from '../../network/state-names.ts'
import type { WeightName } from '../habit.ts'
import { knownHabits, own } from '../habits/habits.ts'
import { type FileArray, isOfKeras } from './file-arrays.ts'
import type { KerasLayer } from './keras-layers.ts'
import { mismatchWords } from './mismatch-words.ts'
import { pairByGraph } from './pair-by-graph.ts'

/** An array of the file that becomes one of the network. */
export interface MatchedArray {
  readonly name: WeightName
  readonly from: FileArray
}

/** How a file's arrays become those of a network. */
export interface WeightMatch {
  /** Whose names these are, for people: "torchvision.models", or by what they were paired. */
  readonly by: string
  /** In the order of the network's layers. */
  readonly arrays: readonly MatchedArray[]
  /** Biases of convolutions that BN follows: its running mean takes them away, which is exact. */
  readonly folded: readonly { readonly bias: FileArray; readonly mean: string }[]
  /** What does not fit; weights are taken only where nothing is listed. */
  readonly mismatches: readonly string[]
}

/**
 * Pairs a file's arrays with a network's: by the names of a public code, by the connections that a model of Keras tells, else by order and
 * shape.
 * @param layers of a model of Keras; null where its file does not tell them, or it is none of Keras
 * @returns the pairing that fits, else the nearest with everything that does not
 */
export function matchWeights(network: Network, arrays: readonly FileArray[], layers: readonly KerasLayer[] | null = null): WeightMatch {
  const habits = knownHabits.filter(({ applies }) => applies(network.design))
  // Where connections are known, order tells nothing more.
  const rest = connected(network, arrays, layers) ?? pairByOrder(network, arrays)
  const pairings = [...habits.map((habit) => pairByName(habit.names(network), arrays, habit.words)), rest]
  const matches = pairings.map((pairing) => ({ found: pairing.pairs.size, match: withRest(network, arrays, pairing) }))
  const fit = matches.find(({ match }) => match.mismatches.length === 0)
  // The names of which most are found, whatever their shapes, are those that a person will look for.
  return (fit ?? matches.reduce((best, each) => (each.found > best.found ? each : best))).match
}

interface Pairing {
  readonly by: string
  /** Why the pairs may be wrong though they fit. */
  readonly doubts?: readonly string[]
  readonly names: readonly WeightName[]
  readonly pairs: ReadonlyMap<string, FileArray>
}

function pairByName(names: readonly WeightName[], arrays: readonly FileArray[], by: string): Pairing {
  const known = new Map(arrays.map((array) => [array.name, array]))
  return { by, names, pairs: new Map(names.flatMap((name) => pairOf(name, known.get(name.theirs)))) }
}

function pairOf(name: WeightName, from: FileArray | undefined): [string, FileArray][] {
  return from ? [[name.ours, from]] : []
}

function connected(network: Network, arrays: readonly FileArray[], layers: readonly KerasLayer[] | null): Pairing | null {
  const names = own.names(network)
  const pairs = layers && pairByGraph(network, names, arrays, layers)
  return pairs && { by: 'the connections that the model tells', names, pairs }
}

/** The next array of each kind and shape: layers of one shape keep their order, whatever stands between them. */
function pairByOrder(network: Network, arrays: readonly FileArray[]): Pairing {
  const names = own.names(network)
  const parts = names.map((name) => ({ name, ...partsOf(name) }))
  const theirs = normalizationsIn(arrays)
  // Where names do not tell which arrays are of one layer, order alone is left.
  const isTold = arrays.some(({ module, leaf }) => leaf === 'bias' && theirs.has(module))
  const ours = isTold ? normalizationsIn(parts) : new Set<string>()
  // BN's offset and a bias in front of it are both a bias of one shape.
  const kindKey = (isNormalization: boolean, leaf: string, shape: readonly number[]) => `${isNormalization} ${leaf} ${shape.join('x')}`
  const queues = new Map<string, FileArray[]>()
  for (const array of arrays) {
    const key = kindKey(isTold && theirs.has(array.module), array.leaf, array.shape)
    queues.set(key, [...(queues.get(key) ?? []), array])
  }
  const pairs = parts.flatMap(({ name, module, leaf }) =>
    pairOf(name, queues.get(kindKey(ours.has(module), leaf, name.theirShape))?.shift()),
  )
  return { by: 'order and shape', names, pairs: new Map(pairs), doubts: doubtsOf(network, arrays) }
}

/** Keras and TensorFlow number layers in an order that tells nothing of branches: a projection's BN may come before or after others. */
function doubtsOf(network: Network, arrays: readonly FileArray[]): string[] {
  const hasBranches = network.layers.some((layer) => layer.kind === 'convolution' && layer.attributes.role !== 'main')
  if (!hasBranches || !isOfKeras(arrays)) return []
  return [
    'The file numbers its layers and does not tell which reads which, so projections cannot be told from other layers; ' +
      'expected a model saved by Keras as .keras or .h5',
  ]
}

function partsOf({ theirs }: WeightName): { readonly module: string; readonly leaf: string } {
  const dot = theirs.lastIndexOf('.')
  return { module: theirs.slice(0, dot), leaf: theirs.slice(dot + 1) }
}

function normalizationsIn(arrays: readonly { readonly module: string; readonly leaf: string }[]): ReadonlySet<string> {
  return new Set(arrays.filter(({ leaf }) => leaf === 'running_mean').map(({ module }) => module))
}

function withRest(network: Network, arrays: readonly FileArray[], { by, names, pairs, doubts = [] }: Pairing): WeightMatch {
  const fits = ({ theirShape }: WeightName, { shape }: FileArray) => shape.join() === theirShape.join()
  const matched = names.flatMap((name): MatchedArray[] => {
    const from = pairs.get(name.ours)
    return from && fits(name, from) ? [{ name, from }] : []
  })
  const taken = new Set(matched.map(({ from }) => from))
  const folded = foldedBiases(network, arrays, matched, taken)
  for (const { bias } of folded) taken.add(bias)
  const paired = new Set(pairs.values())
  const rest = {
    missing: names.filter((name) => !pairs.has(name.ours)),
    misshapen: names.flatMap((name) => {
      const from = pairs.get(name.ours)
      return from && !fits(name, from) ? [{ name, from }] : []
    }),
    unused: arrays.filter((array) => !taken.has(array) && !paired.has(array)),
  }
  return { by, arrays: matched, folded, mismatches: [...mismatchWords(network, rest), ...doubts] }
}

/** Finds biases of convolutions that have none here, since a BN alone reads them. */
function foldedBiases(network: Network, arrays: readonly FileArray[], matched: readonly MatchedArray[], taken: ReadonlySet<FileArray>) {
  const consumers = consumersOf(network.layers)
  const means = new Map<string, string>(
    network.layers.flatMap((layer) => {
      const [next, ...others] = layer.kind === 'convolution' ? (consumers.get(layer.name) ?? []) : []
      return next?.kind === 'batch-normalization' && others.length === 0
        ? [[`${layer.name}/weights`, statisticNames(next).mean] as const]
        : []
    }),
  )
  const byModule = new Map(matched.map(({ name, from }) => [from.module, name]))
  return arrays.flatMap((bias) => {
    const weights = bias.leaf === 'bias' && !taken.has(bias) ? byModule.get(bias.module) : undefined
    const mean = weights && means.get(weights.ours)
    return weights && mean !== undefined && bias.shape.join() === String(weights.theirShape[0]) ? [{ bias, mean }] : []
  })
}
