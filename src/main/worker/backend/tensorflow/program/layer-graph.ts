import { blockSumsOf, responsesOf } from '../../../../../common/network/graph/responses.ts'
import { elements } from '../../../../../common/network/kinds/shape.ts'
import { Graph, type Tensor } from '../graph/graph.ts'
import type { LayerBuild } from '../layers/build.ts'
import { momentsOf } from '../layers/convolution.ts'
import { softmaxCrossEntropy } from '../layers/head.ts'
import { normalizedImages } from './augmentation.ts'
import { dataVariables, fedVariable, type DataVariables, readNormalization } from './data-variables.ts'
import type { FedState } from './fed-state.ts'
import { flatState, readState, type FlatState } from './flat-state.ts'
import { trainingPass } from './forward-backward.ts'
import { inferencePasses } from './inference.ts'
import type { LayerProgramOptions } from './layer-program.ts'
import type { SharedBuild } from './program-graph.ts'
import { survivalOf } from './scoring-graph.ts'

/** Measures of layers and norms of gradients: the same weights serve both. */
export interface LayerGraph extends FedState {
  readonly graph: Graph
  readonly data: DataVariables
  /** Placeholder uint8 [batch, height, width, channels] */
  readonly pixels: Tensor
  /**
   * fp32 [measures]: of each response mean and mean square; of each ReLU the share of each channel's values above 0; of each block the
   * mean squared norms of F(x) and of what it is added to.
   */
  readonly measures: Tensor
  /** Null where none were asked for. */
  readonly gradients: GradientNorms | null
}

interface GradientNorms {
  /** Placeholder int32 [batch] */
  readonly labels: Tensor
  readonly parameters: readonly string[]
  /** fp32 [parameters] */
  readonly norms: Tensor
}

export function buildLayerGraph(options: LayerProgramOptions): LayerGraph {
  const { network, recipe, precision, ownKernels, batchSize, statistics: normalizedBy } = options
  const graph = new Graph()
  const layout = flatState(graph, network)
  const data = dataVariables(graph, { network, recipe, imageCount: null })
  const compute = precision === 'bf16' ? 'DT_BFLOAT16' : 'DT_FLOAT'
  const shared: SharedBuild = { graph, compute, batchNormEpsilon: recipe.batchNormEpsilon, ownKernels }
  const pixels = graph.placeholder('pixels', 'DT_UINT8', [batchSize, ...network.design.inputShape])
  // Without our own kernels every layer has an output of its own, which measures of batch statistics need.
  const forTraining = { ...shared, ownKernels: normalizedBy === 'batch' ? ('none' as const) : ownKernels }
  const training = () => trainingPart(forTraining, layout, data, pixels, options)
  const trained = normalizedBy === 'batch' || options.gradients ? graph.within('training', training) : null
  const measures =
    normalizedBy === 'batch' ? trained!.measures() : graph.within('running', () => runningPart(shared, layout, data, pixels, options))
  const [weights, statistics] = [fedVariable(graph, layout.weights), fedVariable(graph, layout.statistic)]
  const assign = graph.group('assign-state', [weights.assign, statistics.assign])
  return { graph, layout, data, weights, statistics, assign, pixels, measures, gradients: options.gradients ? trained!.gradients() : null }
}

/** Adds the pass with running statistics: fp32 [measures]. */
function runningPart(
  shared: SharedBuild,
  layout: FlatState,
  data: DataVariables,
  pixels: Tensor,
  { network }: LayerProgramOptions,
): Tensor {
  const { graph } = shared
  const build = { ...shared, value: readState(shared, layout, 'DT_FLOAT').byName }
  const images = normalizedImages(build, { pixels, ...readNormalization(graph, data) })
  const { outputs, moments } = inferencePasses(build, network, images)(true)
  return joinMeasures(graph, network, { outputs, moments: (layer) => moments.get(layer)! })
}

/** Adds the forward pass of training, and what measures its layers or adds its backward pass. */
function trainingPart(
  shared: SharedBuild,
  layout: FlatState,
  data: DataVariables,
  pixels: Tensor,
  { network, batchSize }: LayerProgramOptions,
): { measures(): Tensor; gradients(): GradientNorms } {
  const { graph } = shared
  const found = new Map<string, Tensor>()
  const build: LayerBuild = {
    ...shared,
    value: readState(shared, layout, shared.compute).byName,
    survives: (name) => graph.float(survivalOf(network, name)),
    onGradient: (name, gradient) => void found.set(name, gradient),
    onBatchStatistic: () => undefined,
  }
  const pass = trainingPass(build, network, normalizedImages(build, { pixels, ...readNormalization(graph, data) }), 'none')
  const responses = new Map(responsesOf(network.layers).map(({ convolution, from }) => [convolution, from]))
  return {
    measures: () =>
      joinMeasures(graph, network, {
        outputs: pass.outputs,
        moments: (layer) => momentsOf(graph, pass.outputs.get(responses.get(layer)!)!),
      }),
    gradients() {
      const labels = graph.placeholder('labels', 'DT_INT32', [batchSize])
      const { gradient } = softmaxCrossEntropy(build, pass.logits, labels)
      pass.backward(graph.binary('Mul', gradient, graph.float(1 / batchSize)))
      const norms = [...found.values()].map((each) => {
        const half = graph.unary('L2Loss', graph.cast(each, 'DT_FLOAT'))
        return graph.unary('Sqrt', graph.binary('Mul', half, graph.float(2)))
      })
      return { labels, parameters: [...found.keys()], norms: graph.pack(norms, 'norms') }
    },
  }
}

/** Where measures are taken from. */
interface Measured {
  readonly outputs: ReadonlyMap<string, Tensor>
  /** Mean and variance of each image's response, by its convolution: fp32 [2, batch]. */
  readonly moments: (convolution: string) => Tensor
}

/** Joins all measures of one pass: fp32 [measures]. See {@link LayerGraph}. */
function joinMeasures(graph: Graph, { layers }: LayerProgramOptions['network'], { outputs, moments }: Measured): Tensor {
  const responses = responsesOf(layers)
  const convolutionOf = new Map(responses.map(({ convolution, from }) => [from, convolution]))
  const shapes = new Map(layers.map(({ name, outputShape }) => [name, outputShape]))
  const perResponse = new Map(responses.map(({ convolution }) => [convolution, meanAndSquare(graph, moments(convolution))]))
  // F(x) may be folded into what adds it; its response then tells its size.
  const squaredNorm = (layer: string): Tensor => {
    const output = outputs.get(layer)
    if (output) return meanSquaredNorm(graph, graph.cast(output, 'DT_FLOAT'))
    const [, square] = perResponse.get(convolutionOf.get(layer)!)!
    return graph.binary('Mul', square, graph.float(elements(shapes.get(layer)!)))
  }
  const relus = layers.filter(({ kind }) => kind === 'relu')
  return graph.concat(
    [
      ...[...perResponse.values()].flat().map((scalar) => graph.reshape(scalar, [1])),
      ...relus.map(({ name }) => activeShare(graph, graph.cast(outputs.get(name)!, 'DT_FLOAT'))),
      ...blockSumsOf(layers).flatMap(({ branch, shortcut }) => [branch, shortcut].map((name) => graph.reshape(squaredNorm(name), [1]))),
    ],
    0,
  )
}

/** Means over the images of mean and mean square, from [2, batch]: two of fp32 []. */
function meanAndSquare(graph: Graph, moments: Tensor): [Tensor, Tensor] {
  const [means, variances] = graph.split(moments, [1, 1]) as [Tensor, Tensor]
  const squares = graph.binary('AddV2', variances, graph.binary('Mul', means, means))
  return [graph.mean(means, [0, 1]), graph.mean(squares, [0, 1])]
}

/** [batch, ...] -> fp32 [] */
function meanSquaredNorm(graph: Graph, x: Tensor): Tensor {
  const perImage = elements(x.shape) / x.shape[0]!
  const square = graph.mean(
    graph.binary('Mul', x, x),
    x.shape.map((_, axis) => axis),
  )
  return graph.binary('Mul', square, graph.float(perImage))
}

/** [batch, ..., channels] -> fp32 [channels] */
function activeShare(graph: Graph, x: Tensor): Tensor {
  return graph.mean(
    graph.unary('Sign', x),
    x.shape.slice(0, -1).map((_, axis) => axis),
  )
}
