import type { Recipe } from '../../../../../common/training/recipe.ts'
import { attr, type Graph, type Tensor, type Variable } from '../graph/graph.ts'
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

/** What the program knows of a data set before the first batch comes. */
export interface DataVariables {
  /** fp32 [height, width, channels] or [channels] */
  readonly mean: FedVariable
  /** fp32 [channels] */
  readonly inverseStd: FedVariable
  /** Sets mean and deviation and, of resident images, labels and black pixels; those need `black` fed. */
  readonly create: Tensor
  /** Null when every batch brings its own pixels. */
  readonly resident: ResidentVariables | null
}

/** The resident data set: black images at first; `setRows` then fills in some. */
interface ResidentVariables {
  /** uint8 [images, height, width, channels] */
  readonly images: Variable
  readonly black: Tensor
  /** int32 [rows] */
  readonly rows: Tensor
  /** uint8 [rows, height, width, channels] */
  readonly pixels: Tensor
  readonly setRows: Tensor
  /** int32 [images] */
  readonly labels: FedVariable
  /** Names of the nodes that make the images black and set the labels. */
  readonly assigned: readonly string[]
}

/** Adds the placeholder, the assignment and the reading of a variable. */
export function fedVariable(graph: Graph, variable: Variable): FedVariable {
  return graph.within('fed', () => {
    const value = graph.placeholder(variable.name, variable.dtype, variable.shape)
    return { variable, value, assign: graph.assign(variable, value), read: graph.read(variable) }
  })
}

export function dataVariables(
  graph: Graph,
  { network, recipe, imageCount }: { readonly recipe: Pick<Recipe, 'normalization'> } & Pick<ProgramOptions, 'network' | 'imageCount'>,
): DataVariables {
  const shape = network.design.inputShape
  const resident = imageCount === null ? null : residentVariables(graph, shape, imageCount)
  const meanShape = recipe.normalization === 'per-pixel-mean' ? shape : [shape[2]]
  const mean = fedVariable(graph, graph.variable('image-mean', 'DT_FLOAT', meanShape))
  const inverseStd = fedVariable(graph, graph.variable('image-inverse-std', 'DT_FLOAT', [shape[2]]))
  const create = graph.group('data/create', [...(resident?.assigned ?? []), mean.assign, inverseStd.assign])
  return { mean, inverseStd, create, resident }
}

/** Reads what images are normalized with. */
export function readNormalization(graph: Graph, { mean, inverseStd }: DataVariables): { mean: Tensor; inverseStd: Tensor } {
  return { mean: graph.read(mean.variable), inverseStd: graph.read(inverseStd.variable) }
}

function residentVariables(graph: Graph, shape: readonly number[], imageCount: number): ResidentVariables {
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
  const assigned = [graph.assign(images, blank), labels.assign]
  return { images, black, rows, pixels, setRows: graph.group('data/set-rows', [set]), labels, assigned }
}

/** Few, so that loading needs no second copy of the data set. */
function rowsSetAtOnce(imageCount: number): number {
  return Math.min(imageCount, 1000)
}
