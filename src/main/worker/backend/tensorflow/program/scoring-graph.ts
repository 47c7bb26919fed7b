import { Graph, type Tensor } from '../graph/graph.ts'
import type { LayerBuild } from '../layers/build.ts'
import { predictedClasses, softmaxCrossEntropy, topOneErrors } from '../layers/head.ts'
import { croppedImages, normalizedImages } from './augmentation.ts'
import { dataVariables, fedVariable, type DataVariables, readNormalization } from './data-variables.ts'
import type { FedState } from './fed-state.ts'
import { flatState, type FlatState, joinStatistics, readState } from './flat-state.ts'
import { trainingPass } from './forward-backward.ts'
import { inferencePasses } from './inference.ts'
import type { SharedBuild } from './program-graph.ts'
import type { ScoringProgramOptions } from './scoring-program.ts'

/** Scores of cropped images, and statistics of batches: the same weights serve both. */
export interface ScoringGraph extends FedState {
  readonly graph: Graph
  readonly data: DataVariables
  /** Placeholder uint8 [batch, height, width, channels] */
  readonly pixels: Tensor
  /** Placeholder int32 [batch, 3]: row and column of each window, mirrored (0 or 1). */
  readonly crops: Tensor
  /** Softmax, fp32 [batch, classes] */
  readonly scores: Tensor
  /** Placeholder int32 [batch] */
  readonly labels: Tensor
  /** Cross-entropy in nats, then 1 for each image that is classified wrongly: fp32 [2, batch] */
  readonly losses: Tensor
  /** Null where no statistics are taken, or there is no BN. */
  readonly batch: BatchStatistics | null
}

interface BatchStatistics {
  /** Placeholder uint8 [batch, height, width, channels] */
  readonly pixels: Tensor
  /** fp32 [statistics], in the order of the flat state */
  readonly statistics: Tensor
}

export function buildScoringGraph(options: ScoringProgramOptions): ScoringGraph {
  const { network, recipe, precision, ownKernels } = options
  const graph = new Graph()
  const layout = flatState(graph, network)
  const data = dataVariables(graph, { network, recipe, imageCount: null })
  const compute = precision === 'bf16' ? 'DT_BFLOAT16' : 'DT_FLOAT'
  const shared: SharedBuild = { graph, compute, batchNormEpsilon: recipe.batchNormEpsilon, ownKernels }
  const scoring = graph.within('scoring', () => scoringPart(shared, layout, data, options))
  const batch = graph.within('batch-statistics', () => statisticsPart(shared, layout, data, options))
  const [weights, statistics] = [fedVariable(graph, layout.weights), fedVariable(graph, layout.statistic)]
  const assign = graph.group('assign-state', [weights.assign, statistics.assign])
  return { graph, layout, data, weights, statistics, assign, ...scoring, batch }
}

function scoringPart(
  shared: SharedBuild,
  layout: FlatState,
  data: DataVariables,
  { network, batchSize, padding }: ScoringProgramOptions,
): Pick<ScoringGraph, 'pixels' | 'crops' | 'scores' | 'labels' | 'losses'> {
  const { graph } = shared
  const pixels = graph.placeholder('pixels', 'DT_UINT8', [batchSize, ...network.design.inputShape])
  const crops = graph.placeholder('crops', 'DT_INT32', [batchSize, 3])
  const build = { ...shared, value: readState(shared, layout, 'DT_FLOAT').byName }
  const images = croppedImages(build, { pixels, ...readNormalization(graph, data) }, padding, crops)
  const { logits } = inferencePasses(build, network, images)(false)
  const labels = graph.placeholder('labels', 'DT_INT32', [batchSize])
  const errors = topOneErrors(graph, predictedClasses(graph, logits), labels)
  const losses = graph.pack([softmaxCrossEntropy(build, logits, labels).losses, errors], 'losses')
  return { pixels, crops, scores: graph.unary('Softmax', logits), labels, losses }
}

function statisticsPart(
  shared: SharedBuild,
  layout: FlatState,
  data: DataVariables,
  { network, statisticsBatchSize }: ScoringProgramOptions,
): BatchStatistics | null {
  if (statisticsBatchSize === null || layout.statistics.length === 0) return null
  const { graph } = shared
  const pixels = graph.placeholder('pixels', 'DT_UINT8', [statisticsBatchSize, ...network.design.inputShape])
  const found = new Map<string, Tensor>()
  const build: LayerBuild = {
    ...shared,
    value: readState(shared, layout, shared.compute).byName,
    survives: (name) => graph.float(survivalOf(network, name)),
    onGradient: () => undefined,
    onBatchStatistic: (name, value) => void found.set(name, value),
  }
  trainingPass(build, network, normalizedImages(build, { pixels, ...readNormalization(graph, data) }), 'none')
  return { pixels, statistics: joinStatistics(graph, layout, found)! }
}

/** Each branch of stochastic depth counts as much as it survives, as in every test. */
export function survivalOf({ layers }: ScoringProgramOptions['network'], name: string): number {
  const layer = layers.find((each) => each.name === name)
  return layer?.kind === 'stochastic-depth' ? layer.attributes.survival : 1
}
