import { elements } from '../../../../../common/network/kinds/shape.ts'
import type { Recipe } from '../../../../../common/training/recipe.ts'
import { attr, type Graph, type Tensor } from '../graph/graph.ts'
import type { FlatState, Part } from './flat-state.ts'

/**
 * What each weight is multiplied by in the gradient's decay: one number for all, or a vector in the flat state's order with zeros for
 * BN and biases; null where nothing is decayed.
 */
export function decayOf(graph: Graph, state: FlatState, { weightDecay, weightDecayOn }: DecaySettings): Tensor | null {
  if (weightDecay === 0) return null
  if (weightDecayOn === 'all') return graph.float(weightDecay)
  return graph.concat(
    runsOf([...state.convolutions, ...state.others]).map(({ size, isDecayed }) => constantVector(graph, size, isDecayed ? weightDecay : 0)),
    0,
  )
}
type DecaySettings = Pick<Recipe, 'weightDecay' | 'weightDecayOn'>

/** What an array is multiplied by in the gradient's decay. */
export function decayFor(array: Pick<Part, 'name'>, { weightDecay, weightDecayOn }: DecaySettings): number {
  return weightDecayOn === 'all' || isDecayed(array) ? weightDecay : 0
}

/** Whether an array is decayed where BN and biases are not. */
function isDecayed({ name }: Pick<Part, 'name'>): boolean {
  return name.endsWith('/weights')
}

/** Neighbours of one kind together: a net without BN has a bias after each convolution, others have two runs. */
function runsOf(parts: readonly Part[]): { size: number; isDecayed: boolean }[] {
  const runs: { size: number; isDecayed: boolean }[] = []
  for (const part of parts) {
    const last = runs.at(-1)
    if (last?.isDecayed === isDecayed(part)) last.size += elements(part.shape)
    else runs.push({ size: elements(part.shape), isDecayed: isDecayed(part) })
  }
  return runs
}

/** fp32 [size] */
function constantVector(graph: Graph, size: number, value: number): Tensor {
  return graph.op(
    'Fill',
    [graph.ints([size]), graph.float(value)],
    { T: attr.type('DT_FLOAT'), index_type: attr.type('DT_INT32') },
    'DT_FLOAT',
    [size],
  )
}
