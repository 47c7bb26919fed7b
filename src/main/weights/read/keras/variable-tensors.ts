import type { KerasLayer } from '../../../../common/weights/match/keras-layers.ts'
import { WeightsRefusal } from '../source/byte-source.ts'
import type { Hdf5Object } from '../hdf5/hdf5-object.ts'
import type { StoredTensor } from '../source/stored-tensor.ts'

/** What stands beside layers: states of the training, and of dropout's seeds. */
const beside = /^_?(?:optimizer|optimizers|metrics|compile_metrics|loss_tracker|compile_loss|seed_generator)(?:_\d+)?$/
/** Groups of a model's layers. */
const lists = new Set(['layers', '_layer_checkpoint_dependencies'])
const mostLevels = 12
const natural = new Intl.Collator('en', { numeric: true })

/**
 * Lists arrays as Keras 3 writes them: a group `vars` of arrays 0, 1, ... in the group of each layer, which is named by its class and how
 * many of that came before: `layers/conv2d_3/vars/0`.
 * @param layers names that people gave, and the order; null where the file does not tell them
 */
export function variableTensors(root: Hdf5Object, layers: readonly KerasLayer[] | null): StoredTensor[] {
  return tensorsIn(root, [], layers ?? [])
}

function tensorsIn(group: Hdf5Object, path: readonly string[], layers: readonly KerasLayer[], level = 0): StoredTensor[] {
  if (level > mostLevels) throw new WeightsRefusal('its groups go deeper than those of any network')
  const known = new Map(groupNames(layers).map((name, index) => [name, index] as const))
  const order = (name: string) => known.get(name) ?? Infinity
  const names = group.names.filter((name) => !beside.test(name))
  // In the order of the model, then by number: as text 10 comes before 2.
  names.sort((a, b) => (order(a) === order(b) ? natural.compare(a, b) : order(a) - order(b)))
  return names.flatMap((name) => {
    const member = group.at(name)!
    // Those of the group itself are taken with its name.
    if (member.isArray || name === 'vars') return []
    if (lists.has(name)) return tensorsIn(member, path, layers, level + 1)
    const layer = layers[known.get(name) ?? -1]
    const vars = member.at('vars')
    const module = layer?.name ?? member.text('name') ?? [...path, name].join('.')
    const inner = tensorsIn(member, [...path, name], layer?.layers ?? [], level + 1)
    return [...(vars ? variablesOf(vars, module, layer, name) : []), ...inner]
  })
}

function variablesOf(vars: Hdf5Object, module: string, layer: KerasLayer | undefined, group: string): StoredTensor[] {
  const names = vars.names.sort((a, b) => natural.compare(a, b))
  const leaves = leavesOf(layer?.className ?? group, layer?.config ?? {}, names.length)
  return names.map((name, index) => vars.at(name)!.tensor(`${module}/${leaves[index] ?? `variable${name}`}`))
}

/** What a layer's arrays are, in the order in which Keras makes them. */
function leavesOf(kind: string, { scale, center }: Readonly<Record<string, unknown>>, count: number): string[] {
  const plain = kind.toLowerCase().replaceAll('_', '')
  if (!plain.startsWith('batchnormalization')) return ['kernel', 'bias']
  const statistics = ['moving_mean', 'moving_variance']
  if (count === statistics.length) return statistics
  return [...(scale === false ? [] : ['gamma']), ...(center === false ? [] : ['beta']), ...statistics]
}

/** Names of the layers' groups: class names in snake case, those that came before with a number behind. */
function groupNames(layers: readonly KerasLayer[]): string[] {
  const used = new Map<string, number>()
  return layers.map(({ className }) => {
    const name = className
      .replace(/\W+/g, '')
      .replace(/(.)([A-Z][a-z]+)/g, '$1_$2')
      .replace(/([a-z])([A-Z])/g, '$1_$2')
      .toLowerCase()
    const count = used.get(name) ?? 0
    used.set(name, count + 1)
    return count === 0 ? name : `${name}_${count}`
  })
}
