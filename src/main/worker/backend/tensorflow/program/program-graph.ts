import type { BackendOptions } from '../../backend.ts'
import { Graph, type Tensor } from '../graph/graph.ts'
import type { LayerBuild, OwnKernels } from '../layers/build.ts'
import { dataVariables, fedVariable, type DataVariables, type FedVariable } from './data-variables.ts'
import { buildEvaluation, type EvaluationProgram } from './evaluation-program.ts'
import { flatState, type FlatState } from './flat-state.ts'
import { buildStep, type StepProgram } from './step-program.ts'

export interface ProgramOptions extends Pick<BackendOptions, 'network' | 'recipe' | 'precision' | 'imageCount'> {
  /** Images in one run of the evaluation program. */
  readonly evaluationBatchSize: number
  /** Whether ops of our own take the place of TensorFlow's where they are faster: on the CPU only; see native-kernels.ts. */
  readonly ownKernels: OwnKernels
}

/** What training step and evaluation have in common. */
export type SharedBuild = Pick<LayerBuild, 'graph' | 'compute' | 'batchNormEpsilon' | 'ownKernels'>

/** One graph with every program of a run: they share the variables, and a session runs only what a fetch needs. */
export interface ProgramGraph {
  readonly graph: Graph
  readonly step: StepProgram
  readonly evaluation: EvaluationProgram
  /** All that a checkpoint holds; `values` are read and set together, in the order weights, momentum, statistics. */
  readonly state: { layout: FlatState; values: readonly FedVariable[]; assign: Tensor }
  readonly data: DataVariables
}

export function buildProgramGraph(options: ProgramOptions): ProgramGraph {
  const { network, recipe, precision, ownKernels } = options
  const graph = new Graph()
  const layout = flatState(graph, network)
  const data = dataVariables(graph, options)
  const compute = precision === 'bf16' ? 'DT_BFLOAT16' : 'DT_FLOAT'
  const shared: SharedBuild = { graph, compute, batchNormEpsilon: recipe.batchNormEpsilon, ownKernels }
  const step = buildStep(shared, layout, data, options)
  const evaluation = buildEvaluation(shared, layout, data, options)
  const values = [layout.weights, layout.momentum, layout.statistic].map((variable) => fedVariable(graph, variable))
  const assign = graph.group('assign-state', [...values.map((value) => value.assign), ...(step.accumulation?.cleared ?? [])])
  return { graph, step, evaluation, state: { layout, values, assign }, data }
}
