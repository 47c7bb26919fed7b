import type { Layer } from '../../../../../common/network/graph/layer.ts'
import { elements } from '../../../../../common/network/kinds/shape.ts'
import type { Network } from '../../../../../common/network/network.ts'
import { statisticNames } from '../../../../../common/network/state-names.ts'
import { attr, type DataType, type Graph, type Tensor, type Variable } from '../graph/graph.ts'
import type { LayerBuild } from '../layers/build.ts'

/** A named array that lies in a flat vector, behind those before it. */
export interface Part {
  readonly name: string
  readonly shape: readonly number[]
}

/**
 * A run's state as three flat vectors: weights, momenta in the same order, running statistics. A session spends
 * milliseconds on every variable of its own, and a 1202-layer net would have 9,600 of them; flat, one op decays, one
 * updates, one measures all weights.
 */
export interface FlatState {
  /** Convolutions' weights first, so that all of them are cast to bf16 at once; then BN, biases and classifier. */
  readonly convolutions: readonly Part[]
  readonly others: readonly Part[]
  readonly statistics: readonly Part[]
  readonly weights: Variable
  readonly momentum: Variable
  readonly statistic: Variable
}

export function flatState(graph: Graph, network: Network): FlatState {
  const parameters = (wanted: (layer: Layer, parameter: Part) => boolean): Part[] =>
    network.layers.flatMap((layer) => layer.parameters.filter((parameter) => wanted(layer, parameter)))
  // A bias, one number a filter, stays fp32.
  const isFilters = (layer: Layer, { shape }: Part) => layer.kind === 'convolution' && shape.length > 1
  const convolutions = parameters(isFilters)
  const others = parameters((layer, parameter) => !isFilters(layer, parameter))
  const statistics = network.layers.flatMap((layer): Part[] => {
    if (layer.kind !== 'batch-normalization') return []
    const names = statisticNames(layer)
    const shape = [layer.outputShape[2]!]
    return [
      { name: names.mean, shape },
      { name: names.variance, shape },
    ]
  })
  const size = [length([...convolutions, ...others])]
  return {
    convolutions,
    others,
    statistics,
    weights: graph.variable('weights', 'DT_FLOAT', size),
    momentum: graph.variable('momentum', 'DT_FLOAT', size),
    statistic: graph.variable('statistics', 'DT_FLOAT', [length(statistics)]),
  }
}

/** Values that one run of a program reads, whole and by name. */
export interface StateValues {
  readonly weights: Tensor
  readonly statistics: Tensor
  /** Convolutions' weights in the type asked for, everything else fp32. */
  readonly byName: (name: string) => Tensor
}

/** Reads the three vectors and cuts them into named arrays; with our own ops they lie in the variables' memory, if of their type. */
export function readState(
  { graph, ownKernels }: Pick<LayerBuild, 'graph' | 'ownKernels'>,
  state: FlatState,
  convolutionType: DataType,
): StateValues {
  return graph.within('state', () => {
    const weights = graph.read(state.weights)
    const statistics = graph.read(state.statistic)
    const split = ownKernels === 'none' ? graph.split.bind(graph) : ownParts.bind(null, graph)
    const [convolutions, others] = split(weights, [length(state.convolutions), length(state.others)]) as [Tensor, Tensor]
    const values = new Map([
      ...cut(graph, split, graph.cast(convolutions, convolutionType), state.convolutions),
      ...cut(graph, split, others, state.others),
      ...cut(graph, graph.split.bind(graph), statistics, state.statistics),
    ])
    return { weights, statistics, byName: (name) => values.get(name)! }
  })
}

/** Cuts a vector as `Graph.split` does, without a copy where parts begin at multiples of 64 bytes. */
export function ownParts(graph: Graph, whole: Tensor, sizes: readonly number[]): Tensor[] {
  if (sizes.length === 1) return [whole]
  const attributes = { T: attr.type(whole.dtype), count: attr.int(sizes.length), sizes: attr.ints(sizes) }
  const name = graph.node('SkiplabParts', [whole], attributes)
  return sizes.map((size, index) => ({ ref: index === 0 ? name : `${name}:${index}`, dtype: whole.dtype, shape: [size] }))
}

export interface PositionedPart extends Part {
  /** Values before it. */
  readonly offset: number
}

/** The weights' arrays in their order. */
export function weightParts({ convolutions, others }: Pick<FlatState, 'convolutions' | 'others'>): PositionedPart[] {
  let offset = 0
  return [...convolutions, ...others].map((part) => {
    const positioned = { ...part, offset }
    offset += elements(part.shape)
    return positioned
  })
}

/** Joins arrays of the weights' shapes (gradients) to one fp32 vector in the weights' order; the convolutions' may be bf16. */
export function joinWeights(graph: Graph, state: FlatState, byName: ReadonlyMap<string, Tensor>): Tensor {
  const join = (parts: readonly Part[]) =>
    graph.concat(
      parts.map(({ name, shape }) => graph.reshape(byName.get(name)!, [elements(shape)])),
      0,
    )
  return graph.concat([graph.cast(join(state.convolutions), 'DT_FLOAT'), join(state.others)], 0)
}

/** Joins a batch's statistics in the state's order: fp32 [statistics]; null for a network without BN. */
export function joinStatistics(graph: Graph, state: FlatState, byName: ReadonlyMap<string, Tensor>): Tensor | null {
  if (state.statistics.length === 0) return null
  return graph.concat(
    state.statistics.map(({ name }) => byName.get(name)!),
    0,
  )
}

type Split = (whole: Tensor, sizes: readonly number[]) => Tensor[]

/** Adds the parts' sizes up. */
function length(parts: readonly Part[]): number {
  return parts.reduce((sum, { shape }) => sum + elements(shape), 0)
}

function cut(graph: Graph, split: Split, vector: Tensor, parts: readonly Part[]): [string, Tensor][] {
  if (parts.length === 0) return []
  const pieces = split(
    vector,
    parts.map(({ shape }) => elements(shape)),
  )
  return parts.map(({ name, shape }, index) => [name, shape.length === 1 ? pieces[index]! : graph.reshape(pieces[index]!, shape)])
}

/** Names the arrays that a flat vector holds; they are views of it. */
export function cutArrays(vector: Float32Array, parts: readonly Part[]): Map<string, Float32Array> {
  let offset = 0
  return new Map(parts.map(({ name, shape }) => [name, vector.subarray(offset, (offset += elements(shape)))]))
}

/** Joins named arrays to a flat vector. @throws Error naming the first that is missing or of the wrong size */
export function joinedArrays(state: ReadonlyMap<string, Float32Array>, parts: readonly Part[]): Float32Array {
  const vector = new Float32Array(length(parts))
  let offset = 0
  for (const { name, shape } of parts) {
    const given = state.get(name)
    if (given?.length !== elements(shape))
      throw new Error(`Expected ${elements(shape)} numbers for ${name}, got ${given?.length ?? 'none'}`)
    vector.set(given, offset)
    offset += given.length
  }
  return vector
}
