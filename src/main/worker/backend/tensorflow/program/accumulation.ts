import { attr, type Graph, type Tensor } from '../graph/graph.ts'
import { addTo, clear, type Gradients, statisticUpdate, type UpdateInputs, type WeightUpdater } from './state-update.ts'

/** A step in parts: each micro-batch is added up, then the sums update the state once. */
export interface Accumulation {
  /** fp32 [2]: mean loss and share of wrong images of a micro-batch. Fetching it adds its gradient and its statistics to the sums. */
  readonly addition: Tensor
  /** fp32 []: norm of the whole batch's gradient. Fetching it updates weights, momenta and running statistics, and clears the sums. */
  readonly update: Tensor
  /** Name of the nodes that clear the sums, which have no value before. */
  readonly cleared: readonly string[]
}

export interface MicroBatchValues {
  /** Of the loss, as far as this micro-batch contributes to that of the whole batch. */
  readonly gradients: Gradients
  /** fp32 [statistics]; null without BN. */
  readonly statistics: Tensor | null
  /** fp32 [2] */
  readonly losses: readonly Tensor[]
}

/**
 * Adds the sums over micro-batches. They are variables, not a loop in the graph: what a micro-batch needs is then free before the next
 * one begins, whatever the order in which TensorFlow's threads take the ops.
 * @param old running statistics, fp32 [statistics]
 */
export function accumulate(
  graph: Graph,
  updater: WeightUpdater,
  inputs: Pick<UpdateInputs, 'layout' | 'recipe'>,
  { gradients, statistics, losses }: MicroBatchValues,
  old: Tensor,
): Accumulation {
  const { layout, recipe } = inputs
  const share = (recipe.microBatchSize ?? recipe.batchSize) / recipe.batchSize
  const sum = graph.variable('gradient-sum', 'DT_FLOAT', layout.weights.shape)
  const fresh = statistics && graph.variable('statistics-sum', 'DT_FLOAT', layout.statistic.shape)
  const additions = [
    ...updater.addTo(sum, gradients),
    ...(fresh && statistics ? [addTo(graph, fresh, graph.binary('Mul', statistics, graph.float(share)))] : []),
  ]
  const { norm, updates } = updater.updateBySum(sum)
  const control = [...updates, ...statisticUpdate(graph, inputs, old, fresh && graph.read(fresh))]
  const done = graph.node('Identity', [norm], { T: attr.type('DT_FLOAT') }, { name: 'summed', control })
  const afterwards = [updater.clear(sum, [done]), ...(fresh ? [clear(graph, fresh, [done])] : [])]
  return {
    addition: graph.pack(losses, 'micro-batch', additions),
    update: { ...norm, ref: graph.node('Identity', [{ ...norm, ref: done }], { T: attr.type('DT_FLOAT') }, { control: afterwards }) },
    // TensorFlow may fold the zeros that a variable is assigned to a constant in its memory, which sums in place would then change.
    cleared: [updater.clear(sum, [clear(graph, sum, [])]), ...(fresh ? [clear(graph, fresh, [])] : [])],
  }
}
