import type { Network } from '../../network/network.ts'
import type { WeightName } from '../habit.ts'
import type { FileArray } from './file-arrays.ts'

interface Rest {
  /** Arrays of the network that the file lacks. */
  readonly missing: readonly WeightName[]
  readonly misshapen: readonly { readonly name: WeightName; readonly from: FileArray }[]
  /** Arrays of the file that the network has no place for. */
  readonly unused: readonly FileArray[]
}

const ofShortcut = /(?:^|[._])(?:downsample|shortcut|projection|skip)(?:[._]|$)/i

/** Names each mismatch by its layer: "layer1.0.downsample.0: 1x1 projection in the file, the network has option A". */
export function mismatchWords(network: Network, { missing, misshapen, unused }: Rest): string[] {
  return [
    ...misshapen.map(
      ({ name, from }) =>
        `${from.stored}: [${from.shape.join(', ')}] in the file, the network takes [${name.theirShape.join(', ')}]` +
        classesWords(name, from),
    ),
    ...byModule(unused, ({ module }) => module).map(
      ([module, arrays]) => `${module || arrays[0]!.stored}: ${unusedWords(network, arrays)}`,
    ),
    ...byModule(missing, ({ theirs }) => theirs.slice(0, theirs.lastIndexOf('.'))).map(
      ([module, names]) => `${module} (${names[0]!.ours.split('/')[0]}): ${missingWords(names)} in the network, not in the file`,
    ),
  ]
}

function byModule<T>(items: readonly T[], moduleOf: (item: T) => string): [string, T[]][] {
  const groups = new Map<string, T[]>()
  for (const item of items) {
    const known = groups.get(moduleOf(item))
    if (known) known.push(item)
    else groups.set(moduleOf(item), [item])
  }
  return [...groups]
}

function classesWords({ ours }: WeightName, { shape }: FileArray): string {
  return ours.startsWith('classifier/') ? ` (${shape[0]} classes in the file)` : ''
}

function unusedWords({ design }: Network, arrays: readonly FileArray[]): string {
  const weights = arrays.find(({ leaf }) => leaf === 'weight')
  const module = arrays[0]!.module
  const has = design.family === 'plain' ? 'is plain' : `has option ${design.shortcut}`
  if (weights?.shape.length === 4) {
    const [filters, inputs, kernel] = weights.shape
    if (ofShortcut.test(module)) return `${kernel}x${kernel} projection in the file, the network ${has}`
    return `${kernel}x${kernel} convolution ${inputs} -> ${filters} in the file, the network has none there`
  }
  if (arrays.some(({ leaf }) => leaf === 'running_mean'))
    return ofShortcut.test(module)
      ? `BN of a projection in the file, the network ${has}`
      : `BN of ${arrays[0]!.shape.join('x')} channels in the file, the network has none there`
  if (weights?.shape.length === 2)
    return `fully connected ${weights.shape[1]} -> ${weights.shape[0]} in the file, the network has none there`
  const known = arrays.map(({ leaf, shape }) => `${leaf} [${shape.join(', ')}]`).join(' and ')
  return `${known} in the file, the network has ${arrays.length === 1 ? 'no such array' : 'none of them'}`
}

function missingWords(names: readonly WeightName[]): string {
  const weights = names.find(({ layout }) => layout.kind !== 'vector')
  if (weights) {
    const [outputs, inputs, kernel] = weights.theirShape
    return weights.layout.kind === 'convolution'
      ? `${kernel}x${kernel} convolution ${inputs} -> ${outputs}`
      : `fully connected ${inputs} -> ${outputs}`
  }
  return names.length === 1 ? names[0]!.theirs.slice(names[0]!.theirs.lastIndexOf('.') + 1) : `BN of ${names[0]!.shape[0]} channels`
}
