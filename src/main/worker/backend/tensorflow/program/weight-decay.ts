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

/** Neighbours of one kind together: a net without BN has a bias after each convolution, others have two runs. */
function runsOf(parts: readonly Part[]): { size: number; isDecayed: boolean }[] {
  const runs: { size: number; isDecayed: boolean }[] = []
  for (const { name, shape } of parts) {
    const isDecayed = name.endsWith('/weights')
    const last = runs.at(-1)
    if (last?.isDecayed === isDecayed) last.size += elements(shape)
    else runs.push({ size: elements(shape), isDecayed })
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
