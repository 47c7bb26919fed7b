import { attr, type Graph, type Tensor, type Variable } from '../graph/graph.ts'
import type { ImageSource } from './augmentation.ts'
import type { ProgramOptions } from './program-graph.ts'

/** A variable with the placeholder that sets it. */
export interface FedVariable {
  readonly variable: Variable
  readonly value: Tensor
  /** Name of the assigning node. */
  readonly assign: string
  /** Fetch to read it. */
  readonly read: Tensor
}

/** The resident data set: `create` makes black images and sets labels, mean and deviation; `setRows` then fills in some images. */
export interface DataVariables {
  /** uint8 [images, height, width, channels] */
  readonly images: Variable
  readonly black: Tensor
  /** int32 [rows] */
  readonly rows: Tensor
  /** uint8 [rows, height, width, channels] */
  readonly pixels: Tensor
  readonly setRows: Tensor
  readonly create: Tensor
  /** int32 [images] */
  readonly labels: FedVariable
  /** fp32 [height, width, channels] or [channels] */
  readonly mean: FedVariable
  /** fp32 [channels] */
  readonly inverseStd: FedVariable
}

/** Adds the placeholder, the assignment and the reading of a variable. */
export function fedVariable(graph: Graph, variable: Variable): FedVariable {
  return graph.within('fed', () => {
    const value = graph.placeholder(variable.name, variable.dtype, variable.shape)
    return { variable, value, assign: graph.assign(variable, value), read: graph.read(variable) }
  })
}

export function dataVariables(graph: Graph, { network, recipe, imageCount }: ProgramOptions): DataVariables {
  const shape = network.design.inputShape
  const all = [imageCount, ...shape]
  const images = graph.variable('images', 'DT_UINT8', all)
  // Fed, not a constant: that would be folded into a second copy of the whole array.
  const black = graph.placeholder('data/black', 'DT_UINT8', [])
  const fill = { T: attr.type('DT_UINT8'), index_type: attr.type('DT_INT32') }
  const blank = graph.op('Fill', [graph.ints(all), black], fill, 'DT_UINT8', all)
  const rows = graph.placeholder('data/rows', 'DT_INT32', [rowsSetAtOnce(imageCount)])
  const pixels = graph.placeholder('data/pixels', 'DT_UINT8', [rows.shape[0]!, ...shape])
  const scatter = { dtype: attr.type('DT_UINT8'), Tindices: attr.type('DT_INT32') }
  const set = graph.node('ResourceScatterUpdate', [images.handle, rows, pixels], scatter)
  const labels = fedVariable(graph, graph.variable('labels', 'DT_INT32', [imageCount]))
  const meanShape = recipe.normalization === 'per-pixel-mean' ? shape : [shape[2]]
  const mean = fedVariable(graph, graph.variable('image-mean', 'DT_FLOAT', meanShape))
  const inverseStd = fedVariable(graph, graph.variable('image-inverse-std', 'DT_FLOAT', [shape[2]]))
  const create = graph.group('data/create', [graph.assign(images, blank), labels.assign, mean.assign, inverseStd.assign])
  return { images, black, rows, pixels, setRows: graph.group('data/set-rows', [set]), create, labels, mean, inverseStd }
}

/** Images of the data set, chosen by int32 [batch] indices. */
export function imagesAt(graph: Graph, data: DataVariables, indices: Tensor): ImageSource {
  return { images: data.images, indices, mean: graph.read(data.mean.variable), inverseStd: graph.read(data.inverseStd.variable) }
}

/** Few, so that loading needs no second copy of the data set. */
function rowsSetAtOnce(imageCount: number): number {
  return Math.min(imageCount, 1000)
}
