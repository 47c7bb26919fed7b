import type { Network } from '../../../../../common/network/network.ts'
import { attr, type Graph, type Tensor, type Variable } from '../graph/graph.ts'
import { predictedClasses, smoothedCrossEntropy, topOneErrors } from '../layers/head.ts'
import type { LayerBuild } from '../layers/build.ts'
import { decayOf } from './weight-decay.ts'
import { augmentedImages } from './augmentation.ts'
import { type BatchInput, batchInput } from './batch-images.ts'
import { readNormalization, type DataVariables } from './data-variables.ts'
import { joinStatistics, joinWeights, readState, type FlatState } from './flat-state.ts'
import { trainingPass } from './forward-backward.ts'
import type { ProgramOptions, SharedBuild } from './program-graph.ts'

/** One training step: images, draws of augmentation and learning rate in; loss, error and gradient norm out. */
export interface StepProgram {
  readonly input: BatchInput
  /** Placeholder int32 [batch, 3], or null; see augmentation.ts. */
  readonly crops: Tensor | null
  /** Placeholder fp32 [batch, 1, 1, channels], or null. */
  readonly shifts: Tensor | null
  /** Placeholder fp32 [branches], or null without stochastic depth. */
  readonly survivals: Tensor | null
  /** Placeholder fp32 [] */
  readonly learningRate: Tensor
  /** fp32 [3]: mean loss, share of wrong images, gradient norm. Fetching it updates weights, momenta and running statistics. */
  readonly report: Tensor
  /** fp32 [batch, height, width, channels]; fetching it updates nothing. */
  readonly augmented: Tensor
  /** fp32 [weights]: the loss's gradient for all weights in the flat state's order; fetching it updates nothing. */
  readonly gradient: Tensor
}

export function buildStep(shared: SharedBuild, layout: FlatState, data: DataVariables, { network, recipe }: ProgramOptions): StepProgram {
  const { graph } = shared
  return graph.within('step', () => {
    const batch = recipe.batchSize
    const input = batchInput(graph, data, network.design.inputShape, [batch])
    const learningRate = graph.placeholder('learning-rate', 'DT_FLOAT', [])
    const { labels } = input // [batch]
    const state = readState(graph, layout, shared.compute)
    const gradients = new Map<string, Tensor>()
    const batchStatistics = new Map<string, Tensor>()
    const { survivals, survives } = survivalInputs(graph, network)
    const build = {
      ...shared,
      branches: 1,
      survives,
      value: state.byName,
      onGradient: (name: string, gradient: Tensor) => void gradients.set(name, gradient),
      onBatchStatistic: (name: string, fresh: Tensor) => void batchStatistics.set(name, fresh),
    }
    const { images, crops, shifts } = augmentedImages(build, { pixels: input.pixels[0]!, ...readNormalization(graph, data) }, recipe)
    const pass = trainingPass(build, network, images)
    const { losses, gradient: logitsGradient } = smoothedCrossEntropy(build, pass.logits, labels, recipe.labelSmoothing)
    pass.backward(graph.binary('Mul', logitsGradient, graph.float(1 / batch)))
    const gradient = joinWeights(graph, layout, gradients) // [weights]
    const fresh = joinStatistics(graph, layout, batchStatistics) // [statistics]
    const updates = [
      momentumUpdate(graph, layout, { weights: state.weights, gradient, learningRate }, recipe),
      ...(fresh ? [moveTowards(graph, layout.statistic, state.statistics, fresh, 1 - recipe.batchNormMomentum)] : []),
    ]
    const wrong = graph.mean(topOneErrors(graph, predictedClasses(graph, pass.logits), labels), [0])
    const report = graph.pack([graph.mean(losses, [0]), wrong, norm(graph, gradient)], 'report', updates)
    return { input, crops, shifts, survivals, learningRate, report, augmented: graph.cast(images, 'DT_FLOAT'), gradient }
  })
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
