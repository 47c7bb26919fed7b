import type { Network } from '../../network/network.ts'
import type { WeightName } from '../habit.ts'
import type { FileArray } from './file-arrays.ts'
import type { KerasLayer } from './keras-layers.ts'

/**
 * Pairs arrays by what reads what: a layer is that of the file with the same shape whose nearest layers with weights before it are those
 * that were paired with ours. So branches of one shape are told apart whatever the layers are called.
 * @param names arrays of the network, in the order of its layers
 * @returns null where models stand in the model, whose connections are not followed
 */
export function pairByGraph(
  network: Network,
  names: readonly WeightName[],
  arrays: readonly FileArray[],
  layers: readonly KerasLayer[],
): Map<string, FileArray> | null {
  if (layers.some((layer) => layer.layers.length > 0)) return null
  const theirs = weightedLayers(
    layers.map(({ name, inputs }) => ({ name: moduleOf(name), inputs: inputs.map(moduleOf) })),
    grouped(arrays, ({ module }) => module),
  )
  const ours = weightedLayers(
    network.layers.map(({ name, inputs }) => ({ name, inputs })),
    grouped(names, (name) => name.ours.slice(0, name.ours.lastIndexOf('/'))),
  )
  const pairs = new Map<string, FileArray>()
  const partners = new Map<string, string>()
  const taken = new Set<string>()
  for (const layer of ours) {
    const before = [...layer.before].map((name) => partners.get(name) ?? '').sort()
    const partner = theirs.find(
      (each) => !taken.has(each.name) && [...each.before].sort().join() === before.join() && fits(layer.arrays, each.arrays),
    )
    if (!partner) continue
    taken.add(partner.name)
    partners.set(layer.name, partner.name)
    for (const name of layer.arrays)
      pairs.set(
        name.ours,
        partner.arrays.find(({ leaf }) => leaf === leafOf(name))!,
      )
  }
  return pairs
}

/** As {@link FileArray.module} has it. */
const moduleOf = (name: string) => name.replaceAll('-', '_')

/** A layer with weights, and the nearest ones before it. */
interface WeightedLayer<Item> {
  readonly name: string
  readonly before: ReadonlySet<string>
  readonly arrays: readonly Item[]
}

/** @param layers in an order in which they can be computed */
function weightedLayers<Item>(
  layers: readonly { readonly name: string; readonly inputs: readonly string[] }[],
  arrays: ReadonlyMap<string, readonly Item[]>,
): WeightedLayer<Item>[] {
  const nearest = new Map<string, ReadonlySet<string>>()
  return layers.flatMap(({ name, inputs }) => {
    const before = new Set(inputs.flatMap((input) => [...(nearest.get(input) ?? [])]))
    const own = arrays.get(name)
    nearest.set(name, own ? new Set([name]) : before)
    return own ? [{ name, before, arrays: own }] : []
  })
}

/** Whether each of ours is there in its shape; theirs may have a bias more. */
function fits(ours: readonly WeightName[], theirs: readonly FileArray[]): boolean {
  return ours.every((name) => theirs.some(({ leaf, shape }) => leaf === leafOf(name) && shape.join() === name.theirShape.join()))
}

function leafOf({ theirs }: WeightName): string {
  return theirs.slice(theirs.lastIndexOf('.') + 1)
}

function grouped<Item>(items: readonly Item[], keyOf: (item: Item) => string): Map<string, Item[]> {
  const groups = new Map<string, Item[]>()
  for (const item of items) groups.set(keyOf(item), [...(groups.get(keyOf(item)) ?? []), item])
  return groups
}
