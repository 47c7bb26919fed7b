import type { OwnKernels } from '../layers/build.ts'
import { attr, type Graph, type Tensor, type Variable } from '../graph/graph.ts'
import { type FlatState, joinWeights, type StateValues } from './flat-state.ts'
import { updateInPlace } from './in-place-update.ts'
import type { ProgramOptions } from './program-graph.ts'
import { decayOf } from './weight-decay.ts'

/** The loss's gradient of each array of weights by its name, in the type in which the array came. */
export type Gradients = ReadonlyMap<string, Tensor>

/** Nodes that move weights and momenta by a gradient, once added. */
export interface WeightUpdate {
  /** The gradient's norm, fp32 []. */
  readonly norm: Tensor
  /** Names of the updating nodes. */
  readonly updates: readonly string[]
}

/**
 * Adds the nodes of an update by SGD with momentum, as PyTorch has it:
 * momentum = m * momentum + (gradient + decay * weights); weights -= learningRate * momentum, or with Nesterov's look ahead
 * learningRate * (gradient + decay * weights + m * momentum).
 */
export interface WeightUpdater {
  /** By the gradients of this run of the program. */
  update(gradients: Gradients): WeightUpdate
  /** Adds gradients to their sum in a variable, fp32 [weights]. @returns names of the adding nodes */
  addTo(sum: Variable, gradients: Gradients): readonly string[]
  /** By such a sum, in a run that computes nothing else. */
  updateBySum(sum: Variable): WeightUpdate
  /** Sets the sum to zeros behind other nodes; it has a value. @returns the node's name */
  clear(sum: Variable, control: readonly string[]): string
}

export interface UpdateInputs extends Pick<StateValues, 'weights' | 'byName'> {
  readonly layout: FlatState
  /** fp32 [] */
  readonly learningRate: Tensor
  readonly recipe: ProgramOptions['recipe']
  /** Nodes that run before any gradient is there. */
  readonly beforeGradients: ReadonlySet<string>
}

export function weightUpdater(graph: Graph, inputs: UpdateInputs, ownKernels: OwnKernels): WeightUpdater {
  return ownKernels === 'none' ? updateByVector(graph, inputs) : updateInPlace(graph, inputs)
}

/** Updates by the gradient of all weights as one vector, with TensorFlow's ops. */
function updateByVector(graph: Graph, inputs: UpdateInputs): WeightUpdater {
  const { layout } = inputs
  const by = (gradient: Tensor): WeightUpdate => ({ norm: norm(graph, gradient), updates: [momentumUpdate(graph, inputs, gradient)] })
  return {
    update: (gradients) => by(joinWeights(graph, layout, gradients)),
    addTo: (sum, gradients) => [addTo(graph, sum, joinWeights(graph, layout, gradients))],
    updateBySum: (sum) => by(graph.read(sum)),
    clear: (sum, control) => clear(graph, sum, control),
  }
}

function momentumUpdate(graph: Graph, { weights, learningRate, layout, recipe }: UpdateInputs, gradient: Tensor): string {
  const decay = decayOf(graph, layout, recipe)
  const decayed = decay === null ? gradient : graph.binary('AddV2', gradient, graph.binary('Mul', weights, decay))
  const inputs = [layout.weights.handle, layout.momentum.handle, learningRate, decayed, graph.float(recipe.momentum)]
  const attributes = { T: attr.type('DT_FLOAT'), use_locking: attr.bool(false), use_nesterov: attr.bool(recipe.nesterov) }
  return graph.node('ResourceApplyMomentum', inputs, attributes)
}

/**
 * Moves running statistics towards those of a batch.
 * @param old fp32 [statistics]
 * @param fresh fp32 [statistics]; null without BN
 * @returns names of the updating nodes
 */
export function statisticUpdate(
  graph: Graph,
  { layout, recipe }: Pick<UpdateInputs, 'layout' | 'recipe'>,
  old: Tensor,
  fresh: Tensor | null,
): readonly string[] {
  if (!fresh) return []
  const change = graph.binary('Mul', graph.binary('Sub', fresh, old), graph.float(1 - recipe.batchNormMomentum))
  return [addTo(graph, layout.statistic, change)]
}

/** @returns the name of the node that adds a value to the variable */
export function addTo(graph: Graph, variable: Variable, value: Tensor): string {
  return graph.node('AssignAddVariableOp', [variable.handle, value], { dtype: attr.type(variable.dtype) })
}

/** @returns the name of the node that sets the variable to zeros, whether it has a value or not */
export function clear(graph: Graph, variable: Variable, control: readonly string[]): string {
  const attributes = { T: attr.type(variable.dtype), index_type: attr.type('DT_INT32') }
  // Fill, not a constant: that would be as large as the weights once more.
  const zeros = graph.op('Fill', [graph.ints(variable.shape), graph.float(0)], attributes, variable.dtype, variable.shape)
  return graph.node('AssignVariableOp', [variable.handle, zeros], { dtype: attr.type(variable.dtype) }, { control })
}

/** Euclidean norm; L2Loss is half the sum of squares. */
function norm(graph: Graph, vector: Tensor): Tensor {
  return graph.unary('Sqrt', graph.binary('Mul', graph.unary('L2Loss', vector), graph.float(2)))
}
