import { attr, type Graph, type Tensor, type Variable } from '../graph/graph.ts'
import type { FlatState, StateValues } from './flat-state.ts'
import type { ProgramOptions } from './program-graph.ts'
import { decayOf } from './weight-decay.ts'

/**
 * Adds the nodes that move weights, momenta and running statistics by a batch's gradient, fp32 [weights], and its statistics, fp32
 * [statistics] or null without BN.
 * @returns the gradient's norm, fp32 [], and the names of the updating nodes
 */
export type StateUpdate = (gradient: Tensor, statistics: Tensor | null) => { readonly norm: Tensor; readonly updates: readonly string[] }

/** @param learningRate fp32 [] */
export function stateUpdate(
  graph: Graph,
  layout: FlatState,
  { weights, statistics }: Pick<StateValues, 'weights' | 'statistics'>,
  learningRate: Tensor,
  recipe: ProgramOptions['recipe'],
): StateUpdate {
  return (gradient, fresh) => ({
    norm: norm(graph, gradient),
    updates: [
      momentumUpdate(graph, layout, { weights, gradient, learningRate }, recipe),
      ...(fresh ? [moveTowards(graph, layout.statistic, statistics, fresh, 1 - recipe.batchNormMomentum)] : []),
    ],
  })
}

/** variable += share * (fresh - variable) */
function moveTowards(graph: Graph, variable: Variable, old: Tensor, fresh: Tensor, share: number): string {
  const change = graph.binary('Mul', graph.binary('Sub', fresh, old), graph.float(share))
  return graph.node('AssignAddVariableOp', [variable.handle, change], { dtype: attr.type('DT_FLOAT') })
}

interface MomentumInputs {
  /** fp32 [weights] */
  readonly weights: Tensor
  /** fp32 [weights] */
  readonly gradient: Tensor
  /** fp32 [] */
  readonly learningRate: Tensor
}

/**
 * momentum = m * momentum + (gradient + decay * weights); weights -= learningRate * momentum, or with Nesterov's look ahead
 * learningRate * (gradient + decay * weights + m * momentum), as PyTorch's SGD has it.
 */
function momentumUpdate(
  graph: Graph,
  state: FlatState,
  { weights, gradient, learningRate }: MomentumInputs,
  recipe: ProgramOptions['recipe'],
): string {
  const decay = decayOf(graph, state, recipe)
  const decayed = decay === null ? gradient : graph.binary('AddV2', gradient, graph.binary('Mul', weights, decay))
  const inputs = [state.weights.handle, state.momentum.handle, learningRate, decayed, graph.float(recipe.momentum)]
  const attributes = { T: attr.type('DT_FLOAT'), use_locking: attr.bool(false), use_nesterov: attr.bool(recipe.nesterov) }
  return graph.node('ResourceApplyMomentum', inputs, attributes)
}

/** Euclidean norm; L2Loss is half the sum of squares. */
function norm(graph: Graph, vector: Tensor): Tensor {
  return graph.unary('Sqrt', graph.binary('Mul', graph.unary('L2Loss', vector), graph.float(2)))
}
