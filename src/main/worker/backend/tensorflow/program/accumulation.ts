import { attr, type Graph, type Tensor, type Variable } from '../graph/graph.ts'
import type { FlatState } from './flat-state.ts'
import type { StateUpdate } from './state-update.ts'

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
  /** fp32 [weights]: the loss's gradient as far as this micro-batch contributes to that of the whole batch. */
  readonly gradient: Tensor
  /** fp32 [statistics]; null without BN. */
  readonly statistics: Tensor | null
  /** fp32 [2] */
  readonly losses: readonly Tensor[]
}

/**
 * Adds the sums over micro-batches. They are variables, not a loop in the graph: what a micro-batch needs is then free before the next
 * one begins, whatever the order in which TensorFlow's threads take the ops.
 * @param count micro-batches in a batch
 */
export function accumulate(
  graph: Graph,
  state: FlatState,
  count: number,
  { gradient, statistics, losses }: MicroBatchValues,
  update: StateUpdate,
): Accumulation {
  const gradients = graph.variable('gradient-sum', 'DT_FLOAT', state.weights.shape)
  const additions = [add(graph, gradients, gradient)]
  const variables = [gradients]
  const fresh = statistics && graph.variable('statistics-sum', 'DT_FLOAT', state.statistic.shape)
  if (fresh && statistics) {
    additions.push(add(graph, fresh, graph.binary('Mul', statistics, graph.float(1 / count))))
    variables.push(fresh)
  }
  const addition = graph.pack(losses, 'micro-batch', additions)
  const cleared = (control: readonly string[]) => variables.map((variable) => clear(graph, variable, control))
  const sum = graph.read(gradients)
  const { norm, updates } = update(sum, fresh && graph.read(fresh))
  const done = graph.node('Identity', [norm], { T: attr.type('DT_FLOAT') }, { name: 'summed', control: updates })
  const afterwards = cleared([done])
  return {
    addition,
    update: { ...norm, ref: graph.node('Identity', [{ ...norm, ref: done }], { T: attr.type('DT_FLOAT') }, { control: afterwards }) },
    cleared: cleared([]),
  }
}

function add(graph: Graph, variable: Variable, value: Tensor): string {
  return graph.node('AssignAddVariableOp', [variable.handle, value], { dtype: attr.type(variable.dtype) })
}

/** @returns the name of the node that sets the variable to zeros */
function clear(graph: Graph, variable: Variable, control: readonly string[]): string {
  const attributes = { T: attr.type(variable.dtype), index_type: attr.type('DT_INT32') }
  // Fill, not a constant: that would be as large as the weights once more.
  const zeros = graph.op('Fill', [graph.ints(variable.shape), graph.float(0)], attributes, variable.dtype, variable.shape)
  return graph.node('AssignVariableOp', [variable.handle, zeros], { dtype: attr.type(variable.dtype) }, { control })
}
