import type { Network } from '../../../../../common/network/network.ts'
import type { Graph, Tensor } from '../graph/graph.ts'
import { predictedClasses, smoothedCrossEntropy, topOneErrors } from '../layers/head.ts'
import type { LayerBuild } from '../layers/build.ts'
import { accumulate, type Accumulation, type MicroBatchValues } from './accumulation.ts'
import { augmentedImages } from './augmentation.ts'
import { type BatchInput, batchInput } from './batch-images.ts'
import { readNormalization, type DataVariables } from './data-variables.ts'
import { joinStatistics, joinWeights, readState, type FlatState } from './flat-state.ts'
import { trainingPass } from './forward-backward.ts'
import { statisticUpdate, type UpdateInputs, type WeightUpdater, weightUpdater } from './state-update.ts'
import type { ProgramOptions, SharedBuild } from './program-graph.ts'

/** One training step: images, draws of augmentation and learning rate in; loss, error and gradient norm out. */
export interface StepProgram {
  /** Images that are computed at once: a micro-batch, or all. */
  readonly batch: number
  readonly input: BatchInput
  /** Placeholder int32 [batch, 3], or null; see augmentation.ts. */
  readonly crops: Tensor | null
  /** Placeholder fp32 [batch, 1, 1, channels], or null. */
  readonly shifts: Tensor | null
  /** Placeholder fp32 [branches], or null without stochastic depth. */
  readonly survivals: Tensor | null
  /** Placeholder fp32 [] */
  readonly learningRate: Tensor
  /**
   * fp32 [3]: mean loss, share of wrong images, gradient norm. Fetching it updates weights, momenta and running statistics. Null with
   * micro-batches.
   */
  readonly report: Tensor | null
  /** The same with micro-batches; null without. */
  readonly accumulation: Accumulation | null
  /** fp32 [batch, height, width, channels]; fetching it updates nothing. */
  readonly augmented: Tensor
  /**
   * fp32 [weights]: the loss's gradient for all weights in the flat state's order, as far as these images contribute to that of the whole
   * batch; fetching it updates nothing.
   */
  readonly gradient: Tensor
}

export function buildStep(shared: SharedBuild, layout: FlatState, data: DataVariables, { network, recipe }: ProgramOptions): StepProgram {
  const { graph } = shared
  return graph.within('step', () => {
    const batch = recipe.microBatchSize ?? recipe.batchSize
    const input = batchInput(graph, data, network.design.inputShape, batch)
    const learningRate = graph.placeholder('learning-rate', 'DT_FLOAT', [])
    const { pixels, labels } = input // [batch, ...], [batch]
    const state = readState(shared, layout, shared.compute)
    const gradients = new Map<string, Tensor>()
    const batchStatistics = new Map<string, Tensor>()
    const { survivals, survives } = survivalInputs(graph, network)
    const build = {
      ...shared,
      survives,
      value: state.byName,
      onGradient: (name: string, gradient: Tensor) => void gradients.set(name, gradient),
      onBatchStatistic: (name: string, fresh: Tensor) => void batchStatistics.set(name, fresh),
    }
    const { images, crops, shifts } = augmentedImages(build, { pixels, ...readNormalization(graph, data) }, recipe)
    const pass = trainingPass(build, network, images, recipe.recompute)
    const { losses, gradient: logitsGradient } = smoothedCrossEntropy(build, pass.logits, labels, recipe.labelSmoothing)
    pass.backward(graph.binary('Mul', logitsGradient, graph.float(1 / recipe.batchSize)))
    const values: MicroBatchValues = {
      gradients,
      statistics: joinStatistics(graph, layout, batchStatistics), // [statistics]
      losses: [graph.mean(losses, [0]), graph.mean(topOneErrors(graph, predictedClasses(graph, pass.logits), labels), [0])],
    }
    const beforeGradients = graph.nodesBefore(logitsGradient)
    const inputs: UpdateInputs = { ...state, layout, learningRate, recipe, beforeGradients }
    const updater = weightUpdater(graph, inputs, shared.ownKernels)
    const isWhole = batch === recipe.batchSize
    return {
      batch,
      input,
      crops,
      shifts,
      survivals,
      learningRate,
      report: isWhole ? reported(graph, updater, inputs, values, state.statistics) : null,
      accumulation: isWhole ? null : accumulate(graph, updater, inputs, values, state.statistics),
      augmented: graph.cast(images, 'DT_FLOAT'),
      gradient: joinWeights(graph, layout, gradients),
    }
  })
}

/** Updates the state by one whole batch: fp32 [3]. */
function reported(
  graph: Graph,
  updater: WeightUpdater,
  inputs: UpdateInputs,
  { gradients, statistics, losses }: MicroBatchValues,
  old: Tensor,
): Tensor {
  const { norm, updates } = updater.update(gradients)
  return graph.pack([...losses, norm], 'report', [...updates, ...statisticUpdate(graph, inputs, old, statistics)])
}

/** Adds the placeholder for the step's draws of stochastic depth, and cuts it into one number a layer. */
function survivalInputs(graph: Graph, { layers }: Pick<Network, 'layers'>): Pick<LayerBuild, 'survives'> & Pick<StepProgram, 'survivals'> {
  const names = layers.flatMap(({ kind, name }) => (kind === 'stochastic-depth' ? [name] : []))
  const survivals = names.length > 0 ? graph.placeholder('survivals', 'DT_FLOAT', [names.length]) : null
  const each = survivals
    ? graph.split(
        survivals,
        names.map(() => 1),
      )
    : []
  const byName = new Map(names.map((name, index) => [name, graph.reshape(each[index]!, [])]))
  return { survivals, survives: (layer) => byName.get(layer)! }
}
