import type { Recipe } from '../../../common/training/recipe.ts'
import { attr, type Graph, type Tensor, type Variable } from './graph.ts'

/** Images as they lie in the data set, with what is subtracted from them. */
export interface ImageSource {
  /** uint8 [images, height, width, channels] */
  readonly images: Variable
  /** int32 [batch]: which images. */
  readonly indices: Tensor
  /** fp32 [height, width, channels] or [channels], of images scaled to 0..1. */
  readonly mean: Tensor
  /** fp32 [channels]: 1 / standard deviation, or ones. */
  readonly inverseStd: Tensor
}

/** Gathers and normalises: (pixel / 255 - mean) * inverseStd, fp32 [batch, height, width, channels]. */
export function normalizedImages(graph: Graph, source: ImageSource): Tensor {
  const [, height, width, channels] = source.images.shape
  const shape = [source.indices.shape[0]!, height!, width!, channels!]
  const attributes = { dtype: attr.type('DT_UINT8'), Tindices: attr.type('DT_INT32'), batch_dims: attr.int(0), validate_indices: attr.bool(true) }
  const pixels = graph.op('ResourceGather', [source.images.handle, source.indices], attributes, 'DT_UINT8', shape)
  const scaled = graph.binary('Mul', graph.cast(pixels, 'DT_FLOAT'), graph.float(1 / 255))
  return graph.binary('Mul', graph.binary('Sub', scaled, source.mean), source.inverseStd)
}

/** What the recipe asks for, with the random choices drawn in the graph from (seed, step). */
export interface Augmentation {
  /** [batch, height, width, channels] */
  readonly images: Tensor
  /** int32 [batch, 3]: row offset, column offset (0 to 2 x padding), mirrored (0 or 1). */
  readonly choices: Tensor
}

/**
 * Section 4.2's augmentation: pad with zeros (the mean was subtracted before), crop at random, mirror half; and the
 * review's random shift of each colour channel. Crop and mirror are one gather of pixels.
 * @param seed int32 [2], another for each step
 */
export function augment(graph: Graph, x: Tensor, recipe: Pick<Recipe, 'cropPadding' | 'flip' | 'colourShift'>, seed: Tensor, inverseStd: Tensor): Augmentation {
  const [batch, height, width, channels] = x.shape as [number, number, number, number]
  const padding = recipe.cropPadding
  const draw = (purpose: number, size: readonly number[], bound: number): Tensor => {
    const own = graph.binary('AddV2', seed, graph.ints([0, purpose]))
    const attributes = { T: attr.type('DT_INT32'), Tseed: attr.type('DT_INT32'), dtype: attr.type('DT_INT32') }
    return graph.op('StatelessRandomUniformInt', [graph.ints(size), own, graph.int(0), graph.int(bound)], attributes, 'DT_INT32', size)
  }
  const rows = draw(0, [batch, 1, 1], 2 * padding + 1)
  const columns = draw(1, [batch, 1, 1], 2 * padding + 1)
  const mirrored = draw(2, [batch, 1, 1], recipe.flip ? 2 : 1)
  const choices = graph.concat([rows, columns, mirrored].map((choice) => graph.reshape(choice, [batch, 1])), 1)

  let images = x
  if (padding > 0 || recipe.flip) {
    const paddedHeight = height + 2 * padding
    const paddedWidth = width + 2 * padding
    const padded = padding === 0 ? x : graph.op(
      'Pad',
      [x, graph.ints([0, 0, padding, padding, padding, padding, 0, 0], [4, 2])],
      { T: attr.type('DT_FLOAT'), Tpaddings: attr.type('DT_INT32') },
      'DT_FLOAT',
      [batch, paddedHeight, paddedWidth, channels],
    )
    // Mirroring turns column c into width - 1 - c: c + mirrored * (width - 1 - 2c).
    const column = graph.ints(range(width), [1, 1, width])
    const turn = graph.ints(range(width).map((c) => width - 1 - 2 * c), [1, 1, width])
    const source = graph.binary('AddV2', graph.binary('Mul', mirrored, turn, [batch, 1, width]), column)
    const sourceColumn = graph.binary('AddV2', source, columns) // [batch, 1, width]
    const first = graph.ints(range(batch).map((image) => image * paddedHeight * paddedWidth), [batch, 1, 1])
    const row = graph.ints(range(height).map((r) => r * paddedWidth), [1, height, 1])
    const sourceRow = graph.binary('AddV2', graph.binary('AddV2', graph.binary('Mul', rows, graph.int(paddedWidth)), first), row, [batch, height, 1])
    const pixel = graph.binary('AddV2', sourceRow, sourceColumn, [batch, height, width])
    images = gatherRows(graph, graph.reshape(padded, [batch * paddedHeight * paddedWidth, channels]), pixel)
  }
  if (recipe.colourShift > 0) {
    const shape = [batch, 1, 1, channels]
    const attributes = { T: attr.type('DT_INT32'), Tseed: attr.type('DT_INT32'), dtype: attr.type('DT_FLOAT') }
    const own = graph.binary('AddV2', seed, graph.ints([0, 3]))
    const uniform = graph.op('StatelessRandomUniform', [graph.ints(shape), own], attributes, 'DT_FLOAT', shape)
    const centred = graph.binary('Mul', graph.binary('Sub', uniform, graph.float(0.5)), graph.float(2 * recipe.colourShift))
    images = graph.binary('AddV2', images, graph.binary('Mul', centred, inverseStd, shape))
  }
  return { images, choices }
}

function gatherRows(graph: Graph, table: Tensor, indices: Tensor): Tensor {
  const attributes = { Tparams: attr.type(table.dtype), Tindices: attr.type('DT_INT32'), Taxis: attr.type('DT_INT32'), batch_dims: attr.int(0) }
  return graph.op('GatherV2', [table, indices, graph.int(0)], attributes, table.dtype, [...indices.shape, table.shape[1]!])
}

function range(count: number): number[] {
  return Array.from({ length: count }, (_, index) => index)
}
