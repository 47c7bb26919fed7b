import { consumersOf } from '../../network/graph/network.ts'
import type { Network } from '../../network/network.ts'
import { statisticNames } from '../../network/state-names.ts'
import type { WeightName } from '../habit.ts'
import { namingHabits } from '../habits/habits.ts'
import type { FileArray } from './file-arrays.ts'
import { mismatchWords } from './mismatch-words.ts'

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
 * Pairs a file's arrays with a network's: by the names of a public code, else by order and shape.
 * @returns the pairing that fits, else the nearest with everything that does not
 */
export function matchWeights(network: Network, arrays: readonly FileArray[]): WeightMatch {
  const habits = namingHabits.filter(({ applies }) => applies(network.design))
  const pairings = [...habits.map((habit) => pairByName(habit.names(network), arrays, habit.words)), pairByOrder(network, arrays)]
  const matches = pairings.map((pairing) => ({ found: pairing.pairs.size, match: withRest(network, arrays, pairing) }))
  const fit = matches.find(({ match }) => match.mismatches.length === 0)
  // The names of which most are found, whatever their shapes, are those that a person will look for.
  return (fit ?? matches.reduce((best, each) => (each.found > best.found ? each : best))).match
}

interface Pairing {
  readonly by: string
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

/** The next array of each kind and shape: layers of one shape keep their order, whatever stands between them. */
function pairByOrder(network: Network, arrays: readonly FileArray[]): Pairing {
  const names = namingHabits.at(-1)!.names(network)
  const queues = new Map<string, FileArray[]>()
  for (const array of arrays) {
    const key = kindKey(array.leaf, array.shape)
    queues.set(key, [...(queues.get(key) ?? []), array])
  }
  const pairs = names.flatMap((name) => {
    const leaf = name.theirs.slice(name.theirs.lastIndexOf('.') + 1)
    return pairOf(name, queues.get(kindKey(leaf, name.theirShape))?.shift())
  })
  return { by: 'order and shape', names, pairs: new Map(pairs) }
}

const kindKey = (leaf: string, shape: readonly number[]) => `${leaf} ${shape.join('x')}`

function withRest(network: Network, arrays: readonly FileArray[], { by, names, pairs }: Pairing): WeightMatch {
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
  return { by, arrays: matched, folded, mismatches: mismatchWords(network, rest) }
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
