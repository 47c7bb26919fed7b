import type { Network } from '../../../common/network/network.ts'
import type { Parameter } from '../../../common/network/layer.ts'
import type { Recipe } from '../../../common/training/recipe.ts'
import { augment, normalizedImages } from './augmentation.ts'
import { trainingPass } from './forward-backward.ts'
import { attr, Graph, type DataType, type Tensor, type Variable } from './graph.ts'
import { inferencePass } from './inference.ts'
import { statisticNames } from './layers/batch-normalization.ts'
import { softmaxCrossEntropy, topOneErrors } from './layers/head.ts'

export interface ProgramOptions {
  readonly network: Network
  readonly recipe: Pick<Recipe, 'batchSize' | 'momentum' | 'weightDecay' | 'batchNormMomentum' | 'batchNormEpsilon' | 'cropPadding' | 'flip' | 'colourShift' | 'normalization'>
  readonly precision: 'fp32' | 'bf16'
  /** Images in the resident data set: training and test images together. */
  readonly imageCount: number
  /** Images in one run of the evaluation program. */
  readonly evaluationBatchSize: number
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

/**
 * One graph with every program of a run: they share the variables, and a session runs only what a fetch needs.
 * Step: indices, seed, learning rate -> report [loss, wrong, gradient norm]. Evaluation and statistics: indices -> numbers.
 */
export interface ProgramGraph {
  readonly graph: Graph
  readonly step: { indices: Tensor; seed: Tensor; learningRate: Tensor; report: Tensor; choices: Tensor; augmented: Tensor; gradients: ReadonlyMap<string, Tensor> }
  readonly evaluation: { indices: Tensor; losses: Tensor; errors: Tensor; logits: Tensor }
  readonly statistics: { layers: readonly string[]; means: Tensor; variances: Tensor }
  /** Trainable values, their momenta (`momentum/<name>`) and running statistics: all that a checkpoint holds. */
  readonly state: ReadonlyMap<string, Slot>
  /** `images` are set row by row, labels and mean at once. */
  readonly data: { rows: Tensor; pixels: Tensor; setRows: Tensor; createImages: Tensor; labels: Slot; mean: Slot; inverseStd: Slot }
  /** Sets everything in `state`. */
  readonly assignState: Tensor
  /** Fetch of each slot in `data`. */
  readonly assignData: Tensor
}

export function buildProgramGraph(options: ProgramOptions): ProgramGraph {
  const { network, recipe } = options
  const graph = new Graph()
  const compute: DataType = options.precision === 'bf16' ? 'DT_BFLOAT16' : 'DT_FLOAT'
  const parameters = network.layers.flatMap((layer) => layer.parameters)
  const state = stateSlots(graph, network, parameters)
  const data = dataSlots(graph, options)
  const reader = () => {
    const values = new Map<string, Tensor>()
    return (name: string): Tensor => {
      const value = values.get(name) ?? graph.read(state.get(name)!.variable)
      values.set(name, value)
      return value
    }
  }
  const inputs = (indices: Tensor) => {
    const mean = graph.read(data.mean.variable)
    const inverseStd = graph.read(data.inverseStd.variable)
    return { inverseStd, images: normalizedImages(graph, { images: data.images, indices, mean, inverseStd }), labels: labelsOf(graph, data.labels, indices) }
  }

  const step = graph.within('step', () => {
    const batch = recipe.batchSize
    const indices = graph.placeholder('indices', 'DT_INT32', [batch])
    const seed = graph.placeholder('seed', 'DT_INT32', [2])
    const learningRate = graph.placeholder('learning-rate', 'DT_FLOAT', [])
    const { images, labels, inverseStd } = inputs(indices)
    const augmented = augment(graph, images, recipe, seed, inverseStd)
    const gradients = new Map<string, Tensor>()
    const updates: string[] = []
    const value = reader()
    const build = {
      graph,
      compute,
      batchNormEpsilon: recipe.batchNormEpsilon,
      parameter: value,
      statistic: value,
      onGradient: (name: string, gradient: Tensor) => void gradients.set(name, gradient),
      onBatchStatistic: (name: string, fresh: Tensor) => void updates.push(moveTowards(graph, state.get(name)!.variable, value(name), fresh, 1 - recipe.batchNormMomentum)),
    }
    const pass = trainingPass(build, network, graph.cast(augmented.images, compute))
    const { losses, gradient } = softmaxCrossEntropy(graph, pass.logits, labels)
    pass.backward(graph.binary('Mul', gradient, graph.float(1 / batch)))
    for (const [name, gradient] of gradients) updates.push(momentumUpdate(graph, state, name, value(name), gradient, learningRate, recipe))
    const wrong = graph.mean(topOneErrors(graph, pass.logits, labels), [0])
    const report = graph.pack([graph.mean(losses, [0]), wrong, norm(graph, [...gradients.values()])], 'report', updates)
    return { indices, seed, learningRate, report, choices: augmented.choices, augmented: augmented.images, gradients }
  })

  const evaluated = graph.within('evaluation', () => {
    const indices = graph.placeholder('indices', 'DT_INT32', [options.evaluationBatchSize])
    const { images, labels } = inputs(indices)
    const value = reader()
    const build = { graph, compute, batchNormEpsilon: recipe.batchNormEpsilon, parameter: value, statistic: value }
    const { logits, responses } = inferencePass(build, network, graph.cast(images, compute))
    const { losses } = softmaxCrossEntropy(graph, logits, labels)
    return { evaluation: { indices, logits, losses, errors: topOneErrors(graph, logits, labels) }, statistics: momentsOf(graph, responses) }
  })

  const assigns = [...state.values()].map((slot) => slot.assign)
  return {
    graph,
    step,
    ...evaluated,
    state,
    data,
    assignState: graph.group('assign-state', assigns),
    assignData: graph.group('assign-data', [data.labels.assign, data.mean.assign, data.inverseStd.assign]),
  }
}

function slot(graph: Graph, name: string, dtype: DataType, shape: readonly number[]): Slot {
  const variable = graph.variable(name, dtype, shape)
  return graph.within('slots', () => {
    const value = graph.placeholder(name, dtype, shape)
    return { variable, value, assign: graph.assign(variable, value), read: graph.read(variable) }
  })
}

function stateSlots(graph: Graph, network: Network, parameters: readonly Parameter[]): Map<string, Slot> {
  const slots = new Map<string, Slot>()
  const add = (name: string, shape: readonly number[]) => slots.set(name, slot(graph, name, 'DT_FLOAT', shape))
  for (const parameter of parameters) {
    add(parameter.name, parameter.shape)
    add(momentumName(parameter.name), parameter.shape)
  }
  for (const layer of network.layers) {
    if (layer.kind !== 'batch-normalization') continue
    const names = statisticNames(layer)
    add(names.mean, [layer.outputShape[2]!])
    add(names.variance, [layer.outputShape[2]!])
  }
  return slots
}

/** Name of a parameter's momentum among the state. */
export function momentumName(parameter: string): string {
  return `momentum/${parameter}`
}

function dataSlots(graph: Graph, options: ProgramOptions) {
  const shape = options.network.design.inputShape
  const all = [options.imageCount, ...shape]
  const images = graph.variable('images', 'DT_UINT8', all)
  const blank = graph.op('Fill', [graph.ints(all), graph.cast(graph.int(0), 'DT_UINT8')], { T: attr.type('DT_UINT8'), index_type: attr.type('DT_INT32') }, 'DT_UINT8', all)
  const rows = graph.placeholder('data/rows', 'DT_INT32', [imageChunk(options.imageCount)])
  const pixels = graph.placeholder('data/pixels', 'DT_UINT8', [rows.shape[0]!, ...shape])
  const set = graph.node('ResourceScatterUpdate', [images.handle, rows, pixels], { dtype: attr.type('DT_UINT8'), Tindices: attr.type('DT_INT32') })
  return {
    images,
    rows,
    pixels,
    setRows: graph.group('data/set-rows', [set]),
    createImages: graph.group('data/create-images', [graph.assign(images, blank)]),
    labels: slot(graph, 'labels', 'DT_INT32', [options.imageCount]),
    mean: slot(graph, 'image-mean', 'DT_FLOAT', options.recipe.normalization === 'per-pixel-mean' ? shape : [shape[2]]),
    inverseStd: slot(graph, 'image-inverse-std', 'DT_FLOAT', [shape[2]]),
  }
}

/** Rows set at once: small, so that loading needs no second copy of the data set. */
function imageChunk(imageCount: number): number {
  return Math.min(imageCount, 1000)
}

function labelsOf(graph: Graph, labels: Slot, indices: Tensor): Tensor {
  const attributes = { dtype: attr.type('DT_INT32'), Tindices: attr.type('DT_INT32'), batch_dims: attr.int(0), validate_indices: attr.bool(true) }
  return graph.op('ResourceGather', [labels.variable.handle, indices], attributes, 'DT_INT32', indices.shape)
}

/** variable += share * (fresh - variable) */
function moveTowards(graph: Graph, variable: Variable, old: Tensor, fresh: Tensor, share: number): string {
  const change = graph.binary('Mul', graph.binary('Sub', fresh, old), graph.float(share))
  return graph.node('AssignAddVariableOp', [variable.handle, change], { dtype: attr.type('DT_FLOAT') })
}

/** momentum = m * momentum + (gradient + decay * weights); weights -= learningRate * momentum. */
function momentumUpdate(graph: Graph, state: ReadonlyMap<string, Slot>, name: string, weights: Tensor, gradient: Tensor, learningRate: Tensor, recipe: ProgramOptions['recipe']): string {
  const decayed = recipe.weightDecay === 0 ? gradient : graph.binary('AddV2', gradient, graph.binary('Mul', weights, graph.float(recipe.weightDecay)))
  const handles = [state.get(name)!.variable.handle, state.get(momentumName(name))!.variable.handle]
  const attributes = { T: attr.type('DT_FLOAT'), use_locking: attr.bool(false), use_nesterov: attr.bool(false) }
  return graph.node('ResourceApplyMomentum', [...handles, learningRate, decayed, graph.float(recipe.momentum)], attributes)
}

/** Euclidean norm over all tensors together. L2Loss is half the sum of squares. */
function norm(graph: Graph, tensors: readonly Tensor[]): Tensor {
  const halves = tensors.map((tensor) => graph.unary('L2Loss', tensor))
  const sum = graph.op('AddN', halves, { N: attr.int(halves.length), T: attr.type('DT_FLOAT') }, 'DT_FLOAT', [])
  return graph.unary('Sqrt', graph.binary('Mul', sum, graph.float(2)))
}

/** Mean and variance of each response over batch, height, width and channels, fp32 [layers]. */
function momentsOf(graph: Graph, responses: ReadonlyMap<string, Tensor>): { layers: string[]; means: Tensor; variances: Tensor } {
  const moments = [...responses.values()].map((response) => {
    const values = graph.cast(response, 'DT_FLOAT')
    const axes = response.shape.map((_, axis) => axis)
    const mean = graph.mean(values, axes)
    return { mean, variance: graph.mean(graph.binary('SquaredDifference', values, mean), axes) }
  })
  return {
    layers: [...responses.keys()],
    means: graph.pack(moments.map(({ mean }) => mean), 'means'),
    variances: graph.pack(moments.map(({ variance }) => variance), 'variances'),
  }
}
