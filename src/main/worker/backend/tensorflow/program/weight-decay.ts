import { elements } from '../../../../../common/network/kinds/shape.ts'
import type { Recipe } from '../../../../../common/training/recipe.ts'
import { attr, type Graph, type Tensor } from '../graph/graph.ts'
import { type FlatState, type Part, type PositionedPart, weightParts } from './flat-state.ts'

/**
 * What each weight is multiplied by in the gradient's decay: one number for all, or a vector in the flat state's order with zeros for
 * BN and biases; null where nothing is decayed.
 */
export function decayOf(graph: Graph, state: FlatState, settings: DecaySettings): Tensor | null {
  if (settings.weightDecay === 0) return null
  if (settings.weightDecayOn === 'all') return graph.float(settings.weightDecay)
  const vectors = decayRuns(weightParts(state), settings).map(({ size, decay }) => constantVector(graph, size, decay))
  return graph.concat(vectors, 0)
}
type DecaySettings = Pick<Recipe, 'weightDecay' | 'weightDecayOn'>

/** What an array is multiplied by in the gradient's decay. */
export function decayFor({ name }: Pick<Part, 'name'>, { weightDecay, weightDecayOn }: DecaySettings): number {
  return weightDecayOn === 'all' || name.endsWith('/weights') ? weightDecay : 0
}

/** Neighbours of one decay together: a net without BN has a bias after each convolution, others have few runs. */
export function decayRuns(parts: readonly PositionedPart[], settings: DecaySettings): { offset: number; size: number; decay: number }[] {
  const runs: { offset: number; size: number; decay: number }[] = []
  for (const part of parts) {
    const [last, size, decay] = [runs.at(-1), elements(part.shape), decayFor(part, settings)]
    if (last?.decay === decay) last.size += size
    else runs.push({ offset: part.offset, size, decay })
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
