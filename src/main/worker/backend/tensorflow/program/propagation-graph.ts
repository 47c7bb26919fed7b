import { blockOutputsOf, weightedLayersOf } from '../../../../../common/network/weighted-layers.ts'
import type { Network } from '../../../../../common/network/network.ts'
import type { PropagationOptions } from '../../propagation-backend.ts'
import { attr, Graph, type Tensor } from '../graph/graph.ts'
import { smoothedCrossEntropy } from '../layers/head.ts'
import type { LayerBuild, OwnKernels } from '../layers/build.ts'

import { fedVariable } from './data-variables.ts'
import type { FedState } from './fed-state.ts'
import { flatState, joinStatistics, readState } from './flat-state.ts'
import { trainingPass, type PassWatch } from './forward-backward.ts'
import { survivalOf } from './scoring-graph.ts'

export interface PropagationGraphOptions extends Omit<PropagationOptions, 'device'> {
  readonly ownKernels: OwnKernels
}

/** State and images of a graph that is looked at. */
interface WatchedGraph extends FedState {
  readonly graph: Graph
  /** Placeholder fp32 [batch, height, width, channels] */
  readonly images: Tensor
}

export interface ObservationGraph extends WatchedGraph {
  /** Placeholder int32 [batch] */
  readonly labels: Tensor
  readonly outputNames: readonly string[]
  readonly rectifierNames: readonly string[]
  readonly weightNames: readonly string[]
  /** fp32 []: mean loss. */
  readonly loss: Tensor
  /** fp32 [outputs, 3]: mean, variance, half the squared norm of the gradient. */
  readonly outputs: Tensor
  /** fp32 [rectifiers, 2]: share of zeros, share of dead channels; null without ReLUs. */
  readonly rectifiers: Tensor | null
  /** fp32 [weights, 2]: half the squared norms of weights and gradient. */
  readonly weightNorms: Tensor
  /** fp32 [statistics]; null without BN. */
  readonly batchStatistics: Tensor | null
}

export interface InputGradientGraph extends WatchedGraph {
  /** Placeholder fp32 [batch, classes]: the gradient of what is asked about with respect to the scores. */
  readonly direction: Tensor
  /** fp32 [batch, height, width, channels] */
  readonly gradient: Tensor
}

/** Adds what has state and images in common, and a pass that is watched. */
function watched(options: PropagationGraphOptions, normalizesBy: 'batch' | 'running', watch: PassWatch) {
  const { network, recipe, batchSize, ownKernels } = options
  const graph = new Graph()
  const layout = flatState(graph, network)
  const gradients = new Map<string, Tensor>()
  const found = new Map<string, Tensor>()
  const state = readState({ graph, ownKernels }, layout, 'DT_FLOAT')
  const build: LayerBuild = {
    ...{ graph, compute: 'DT_FLOAT', batchNormEpsilon: recipe.batchNormEpsilon, ownKernels },
    ...(normalizesBy === 'running' && { normalizesBy }),
    value: state.byName,
    survives: (name) => graph.float(survivalOf(network, name)),
    onGradient: (name, gradient) => void gradients.set(name, gradient),
    onBatchStatistic: (name, value) => void found.set(name, value),
  }
  const images = graph.placeholder('images', 'DT_FLOAT', [batchSize, ...network.design.inputShape])
  const pass = trainingPass(build, network, images, 'none', watch)
  const [weights, statistics] = [fedVariable(graph, layout.weights), fedVariable(graph, layout.statistic)]
  const assign = graph.group('assign-state', [weights.assign, statistics.assign])
  const shared: WatchedGraph = { graph, layout, weights, statistics, assign, images }
  return { shared, build, pass, gradients, found }
}

export function buildObservationGraph(options: PropagationGraphOptions): ObservationGraph {
  const { network, recipe, batchSize } = options
  const outputGradients = new Map<string, Tensor>()
  const { shared, build, pass, gradients, found } = watched(options, 'batch', (name, gradient) => void outputGradients.set(name, gradient))
  const { outputs } = pass
  const { graph, layout } = shared
  const labels = graph.placeholder('labels', 'DT_INT32', [batchSize])
  const { losses, gradient } = smoothedCrossEntropy(build, pass.logits, labels, recipe.labelSmoothing)
  pass.backward(graph.binary('Mul', gradient, graph.float(1 / batchSize)))
  const outputNames = watchedOutputs(network)
  const rectifierNames = network.layers.flatMap(({ kind, name }) => (kind === 'relu' ? [name] : []))
  const weightNames = weightedLayersOf(network).map(({ weights }) => weights)
  return {
    ...shared,
    labels,
    outputNames,
    rectifierNames,
    weightNames,
    loss: graph.mean(losses, [0]),
    outputs: graph.pack(
      outputNames.map((name) => momentsAndGradient(graph, outputs.get(name)!, outputGradients.get(name)!)),
      'outputs',
    ),
    rectifiers:
      rectifierNames.length === 0
        ? null
        : graph.pack(
            rectifierNames.map((name) => zeros(graph, outputs.get(name)!)),
            'rectifiers',
          ),
    weightNorms: graph.pack(
      weightNames.map((name) =>
        graph.pack([graph.unary('L2Loss', build.value(name)), graph.unary('L2Loss', gradients.get(name)!)], 'norms'),
      ),
      'weight-norms',
    ),
    batchStatistics: joinStatistics(graph, layout, found),
  }
}

export function buildInputGradientGraph(options: PropagationGraphOptions): InputGradientGraph {
  const found = new Map<string, Tensor>()
  const { shared, pass } = watched(options, 'running', (name, gradient) => void found.set(name, gradient))
  const direction = shared.graph.placeholder('direction', 'DT_FLOAT', pass.logits.shape)
  pass.backward(direction)
  return { ...shared, direction, gradient: found.get('input')! }
}

/** Responses of the weighted layers and outputs of the blocks, each once. */
function watchedOutputs(network: Network): string[] {
  const responses = weightedLayersOf(network).map(({ response }) => response)
  const names = new Set([...responses, ...blockOutputsOf(network).map(({ layer }) => layer)])
  return network.layers.flatMap(({ name }) => (names.has(name) ? [name] : []))
}

/** fp32 [3] */
function momentsAndGradient(graph: Graph, output: Tensor, gradient: Tensor): Tensor {
  const axes = output.shape.map((_, axis) => axis)
  const mean = graph.mean(output, axes)
  const variance = graph.mean(graph.binary('SquaredDifference', output, mean), axes)
  return graph.pack([mean, variance, graph.unary('L2Loss', gradient)], 'moments')
}

/** Counts zeros of a rectified output, and channels without anything else: fp32 [2]. */
function zeros(graph: Graph, output: Tensor): Tensor {
  const axes = output.shape.map((_, axis) => axis)
  const shares = [output, graph.sum(output, axes.slice(0, -1))].map((values) => {
    const equal = graph.op('Equal', [values, graph.float(0)], { T: attr.type('DT_FLOAT') }, 'DT_BOOL', values.shape)
    return graph.mean(
      graph.cast(equal, 'DT_FLOAT'),
      values.shape.map((_, axis) => axis),
    )
  })
  return graph.pack(shares, 'zeros')
}
