import type { Pickled } from '../../data/pickle/values.ts'
import { WeightsRefusal } from './source/byte-source.ts'
import { TorchTensor } from './torch-pickle.ts'

/** Keys under which training scripts put the weights, most usual first. */
const usualKeys = ['state_dict', 'model_state_dict', 'model', 'net', 'network', 'weights', 'params', 'model_state', 'state']

/**
 * Finds the state dict: the pickle itself, or a dictionary in it. Its tensors by name, in their order.
 * @returns `at`: keys that lead to it, for people
 */
export function stateDictOf(value: Pickled): { readonly tensors: ReadonlyMap<string, TorchTensor>; readonly at: readonly string[] } {
  if (!(value instanceof Map)) throw new WeightsRefusal('it holds no dictionary; expected a state dict of PyTorch')
  let found: { tensors: Map<string, TorchTensor>; at: readonly string[] } | null = null
  // Depth three is enough for a dictionary of checkpoints; pickles can hold circles.
  const look = (map: Map<string, Pickled>, at: readonly string[]): boolean => {
    const tensors = tensorsIn(map)
    if (tensors.size > 0 && (found === null || tensors.size > found.tensors.size)) found = { tensors, at }
    const usual = usualKeys.find((key) => map.get(key) instanceof Map)
    if (usual !== undefined && at.length < 3) return look(map.get(usual) as Map<string, Pickled>, [...at, usual])
    return tensors.size > 0
  }
  if (!look(value, [])) {
    for (const [key, inner] of value) if (inner instanceof Map) look(inner, [key])
  }
  if (found === null) throw new WeightsRefusal('it holds no tensors; expected a state dict of PyTorch, or a dictionary around one')
  return found
}

function tensorsIn(map: Map<string, Pickled>): Map<string, TorchTensor> {
  return new Map([...map].flatMap(([name, value]) => (value instanceof TorchTensor ? [[name, value] as const] : [])))
}
