import type { BackendOptions } from '../../backend.ts'
import { augmentedImages, normalizedImages, type ImageSource } from './augmentation.ts'
import { flatState, joinStatistics, joinWeights, readState, type FlatState } from './flat-state.ts'
import { trainingPass } from './forward-backward.ts'
import { attr, Graph, type DataType, type Tensor, type Variable } from '../graph/graph.ts'
import { inferencePasses, type InferencePass } from './inference.ts'
import type { OwnKernels } from '../layers/build.ts'
import { softmaxCrossEntropy, topOneErrors } from '../layers/head.ts'

export interface ProgramOptions extends Pick<BackendOptions, 'network' | 'recipe' | 'precision' | 'imageCount'> {
  /** Images in one run of the evaluation program. */
  readonly evaluationBatchSize: number
  /**
   * Equal parts of such a run that are computed side by side, each with its part of the threads: threads of one op wait for one
   * another after every op, branches only at the end.
   */
  readonly evaluationBranches: number
  /** Whether ops of our own take the place of TensorFlow's where they are faster: on the CPU only; see native-kernels.ts. */
  readonly ownKernels: OwnKernels
}

/** A variable with the placeholder that sets it. */
export interface Slot {
  readonly variable: Variable
  readonly value: Tensor
  /** Name of the assigning node. */
  readonly assign: string
  /** Fetch to read it. */
  readonly read: Tensor
}

/** What is known of a batch: of each image the scores, the loss and whether it is wrong (0 or 1). */
interface Evaluated {
  /** fp32 [batch, classes] */
  readonly logits: Tensor
  /** fp32 [batch] */
  readonly losses: Tensor
  /** fp32 [batch] */
  readonly errors: Tensor
}

/** Of each layer mean and variance of each image's response. */
interface Responses {
  readonly layers: readonly string[]
  /** fp32 [layers, 2, batch] */
  readonly moments: Tensor
}

/**
 * One graph with every program of a run: they share the variables, and a session runs only what a fetch needs.
 * Step: indices, draws of augmentation, learning rate -> report [loss, wrong, gradient norm]. Evaluation: indices -> numbers.
 */
export interface ProgramGraph {
  readonly graph: Graph
  readonly step: { indices: Tensor; crops: Tensor | null; shifts: Tensor | null; learningRate: Tensor; report: Tensor; augmented: Tensor; gradient: Tensor }
  readonly evaluation: { indices: Tensor; plain: Evaluated; observed: Evaluated & Responses }
  /** All that a checkpoint holds; `values` are read and set together, in the order weights, momentum, statistics. */
  readonly state: { layout: FlatState; values: readonly Slot[]; assign: Tensor }
  /** `create` makes black images and sets labels, mean and deviation; `setRows` then fills in some images. */
  readonly data: { black: Tensor; rows: Tensor; pixels: Tensor; setRows: Tensor; create: Tensor; labels: Slot; mean: Slot; inverseStd: Slot }
}

export function buildProgramGraph(options: ProgramOptions): ProgramGraph {
  if (options.evaluationBatchSize % options.evaluationBranches !== 0) throw new Error(`${options.evaluationBatchSize} images cannot be shared equally among ${options.evaluationBranches} branches`)
  const { network, recipe } = options
  const graph = new Graph()
  const compute: DataType = options.precision === 'bf16' ? 'DT_BFLOAT16' : 'DT_FLOAT'
  const layout = flatState(graph, network)
  const data = dataSlots(graph, options)
  const sourceOf = (indices: Tensor): ImageSource => ({ images: data.images, indices, mean: graph.read(data.mean.variable), inverseStd: graph.read(data.inverseStd.variable) })
  const shared = { graph, compute, batchNormEpsilon: recipe.batchNormEpsilon, ownKernels: options.ownKernels }

  const step = graph.within('step', () => {
    const batch = recipe.batchSize
    const indices = graph.placeholder('indices', 'DT_INT32', [batch])
    const learningRate = graph.placeholder('learning-rate', 'DT_FLOAT', [])
    const labels = graph.gather(data.labels.variable, indices)
    const state = readState(graph, layout, compute)
    const gradients = new Map<string, Tensor>()
    const batchStatistics = new Map<string, Tensor>()
    const build = {
      ...shared,
      branches: 1,
      value: state.byName,
      onGradient: (name: string, gradient: Tensor) => void gradients.set(name, gradient),
      onBatchStatistic: (name: string, fresh: Tensor) => void batchStatistics.set(name, fresh),
    }
    const augmented = augmentedImages(build, sourceOf(indices), recipe)
    const pass = trainingPass(build, network, augmented.images)
    const { losses, gradient: logitsGradient } = softmaxCrossEntropy(build, pass.logits, labels)
    pass.backward(graph.binary('Mul', logitsGradient, graph.float(1 / batch)))
    const gradient = joinWeights(graph, layout, gradients)
    const updates = [
      momentumUpdate(graph, layout, state.weights, gradient, learningRate, recipe),
      moveTowards(graph, layout.statistic, state.statistics, joinStatistics(graph, layout, batchStatistics), 1 - recipe.batchNormMomentum),
    ]
    const wrong = graph.mean(topOneErrors(graph, pass.logits, labels), [0])
    const report = graph.pack([graph.mean(losses, [0]), wrong, norm(graph, gradient)], 'report', updates)
    return { indices, crops: augmented.crops, shifts: augmented.shifts, learningRate, report, augmented: graph.cast(augmented.images, 'DT_FLOAT'), gradient }
  })

  const evaluation = graph.within('evaluation', () => {
    const indices = graph.placeholder('indices', 'DT_INT32', [options.evaluationBatchSize])
    const branches = options.evaluationBranches
    const build = { ...shared, branches, value: readState(graph, layout, 'DT_FLOAT').byName }
    const parts = graph.splitVector(indices, Array<number>(branches).fill(options.evaluationBatchSize / branches))
    const passes = inferencePasses(build, network, parts.map((part) => normalizedImages(build, sourceOf(part))))
    const labels = graph.gather(data.labels.variable, indices)
    const evaluated = (branched: readonly InferencePass[]): Evaluated => {
      const logits = graph.concat(branched.map((pass) => pass.logits), 0)
      return { logits, losses: softmaxCrossEntropy(build, logits, labels).losses, errors: topOneErrors(graph, logits, labels) }
    }
    const moments = passes.observed.map((pass) => graph.pack([...pass.moments.values()], 'moments'))
    const responses = { layers: [...passes.observed[0]!.moments.keys()], moments: graph.concat(moments, 2) }
    return { indices, plain: evaluated(passes.plain), observed: { ...evaluated(passes.observed), ...responses } }
  })

  const values = [layout.weights, layout.momentum, layout.statistic].map((variable) => slotFor(graph, variable))
  const assign = graph.group('assign-state', values.map((value) => value.assign))
  return { graph, step, evaluation, state: { layout, values, assign }, data }
}

function slotFor(graph: Graph, variable: Variable): Slot {
  return graph.within('slots', () => {
    const value = graph.placeholder(variable.name, variable.dtype, variable.shape)
    return { variable, value, assign: graph.assign(variable, value), read: graph.read(variable) }
  })
}

function dataSlots(graph: Graph, options: ProgramOptions) {
  const shape = options.network.design.inputShape
  const all = [options.imageCount, ...shape]
  const images = graph.variable('images', 'DT_UINT8', all)
  // Fed, not a constant: that would be folded into a second copy of the whole array.
  const black = graph.placeholder('data/black', 'DT_UINT8', [])
  const blank = graph.op('Fill', [graph.ints(all), black], { T: attr.type('DT_UINT8'), index_type: attr.type('DT_INT32') }, 'DT_UINT8', all)
  const rows = graph.placeholder('data/rows', 'DT_INT32', [imageChunk(options.imageCount)])
  const pixels = graph.placeholder('data/pixels', 'DT_UINT8', [rows.shape[0]!, ...shape])
  const set = graph.node('ResourceScatterUpdate', [images.handle, rows, pixels], { dtype: attr.type('DT_UINT8'), Tindices: attr.type('DT_INT32') })
  const labels = slotFor(graph, graph.variable('labels', 'DT_INT32', [options.imageCount]))
  const mean = slotFor(graph, graph.variable('image-mean', 'DT_FLOAT', options.recipe.normalization === 'per-pixel-mean' ? shape : [shape[2]]))
  const inverseStd = slotFor(graph, graph.variable('image-inverse-std', 'DT_FLOAT', [shape[2]]))
  const create = graph.group('data/create', [graph.assign(images, blank), labels.assign, mean.assign, inverseStd.assign])
  return { images, black, rows, pixels, setRows: graph.group('data/set-rows', [set]), create, labels, mean, inverseStd }
}

/** Rows set at once: small, so that loading needs no second copy of the data set. */
function imageChunk(imageCount: number): number {
  return Math.min(imageCount, 1000)
}

/** variable += share * (fresh - variable) */
function moveTowards(graph: Graph, variable: Variable, old: Tensor, fresh: Tensor, share: number): string {
  const change = graph.binary('Mul', graph.binary('Sub', fresh, old), graph.float(share))
  return graph.node('AssignAddVariableOp', [variable.handle, change], { dtype: attr.type('DT_FLOAT') })
}

/** momentum = m * momentum + (gradient + decay * weights); weights -= learningRate * momentum. */
function momentumUpdate(graph: Graph, state: FlatState, weights: Tensor, gradient: Tensor, learningRate: Tensor, recipe: ProgramOptions['recipe']): string {
  const decayed = recipe.weightDecay === 0 ? gradient : graph.binary('AddV2', gradient, graph.binary('Mul', weights, graph.float(recipe.weightDecay)))
  const attributes = { T: attr.type('DT_FLOAT'), use_locking: attr.bool(false), use_nesterov: attr.bool(false) }
  return graph.node('ResourceApplyMomentum', [state.weights.handle, state.momentum.handle, learningRate, decayed, graph.float(recipe.momentum)], attributes)
}

/** Euclidean norm; L2Loss is half the sum of squares. */
function norm(graph: Graph, vector: Tensor): Tensor {
  return graph.unary('Sqrt', graph.binary('Mul', graph.unary('L2Loss', vector), graph.float(2)))
}
