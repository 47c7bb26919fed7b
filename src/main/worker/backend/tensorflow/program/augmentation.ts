import { cropFields, cropsOrMirrors, shiftsColours, type AugmentationSettings } from '../../../../../common/training/augmentation.ts'
import { attr, type DataType, type Graph, type Tensor } from '../graph/graph.ts'
import type { LayerBuild } from '../layers/build.ts'

/** Images of a batch as bytes, with what is subtracted from them. */
export interface ImageSource {
  /** uint8 [batch, height, width, channels] */
  readonly pixels: Tensor
  /** fp32 [height, width, channels] or [channels], of images scaled to 0..1. */
  readonly mean: Tensor
  /** fp32 [channels]: 1 / standard deviation, or ones. */
  readonly inverseStd: Tensor
}

type ImageBuild = Pick<LayerBuild, 'graph' | 'compute' | 'ownKernels'>

/** Zeros around an image, which part of it is taken and whether that is mirrored. */
interface Crops {
  readonly padding: number
  /** int32 [batch, 3]: row offset, column offset (0 to 2 x padding), mirrored (0 or 1). */
  readonly choices: Tensor
}

/** Normalizes images: (pixel / 255 - mean) * inverseStd, [batch, height, width, channels] in the build's compute type. */
export function normalizedImages(build: ImageBuild, source: ImageSource): Tensor {
  return prepareImages(build, source, build.compute)
}

/** Normalizes images, pads them with zeros, and takes and mirrors windows of them: [batch, height, width, channels] in the compute type. */
export function croppedImages(build: ImageBuild, source: ImageSource, padding: number, choices: Tensor): Tensor {
  return prepareImages(build, source, build.compute, { padding, choices })
}

/** Section 4.2's augmentation as a part of the training step: the prepared images and what the host must feed for them. */
export interface Augmentation {
  /** [batch, height, width, channels] in the build's compute type */
  readonly images: Tensor
  /** Placeholder int32 [batch, 3]; null where the recipe neither crops nor mirrors. */
  readonly crops: Tensor | null
  /** Placeholder fp32 [batch, 1, 1, channels]; null without colour shifts. */
  readonly shifts: Tensor | null
}

/**
 * Pads with zeros (the mean was subtracted before), crops, mirrors and shifts each colour channel as the draws say; see
 * common/training/augmentation.ts.
 */
export function augmentedImages(build: ImageBuild, source: ImageSource, recipe: AugmentationSettings): Augmentation {
  const { graph, compute } = build
  const batch = source.pixels.shape[0]!
  const crops = cropsOrMirrors(recipe) ? graph.placeholder('crops', 'DT_INT32', [batch, cropFields]) : null
  const choices = crops ? { padding: recipe.cropPadding, choices: crops } : undefined
  if (!shiftsColours(recipe)) return { crops, shifts: null, images: prepareImages(build, source, compute, choices) }

  const shape = [batch, 1, 1, source.inverseStd.shape[0]!]
  const shifts = graph.placeholder('shifts', 'DT_FLOAT', shape)
  const scaled = graph.binary('Mul', shifts, source.inverseStd, shape)
  const images = graph.binary('AddV2', prepareImages(build, source, 'DT_FLOAT', choices), scaled) // [batch, height, width, channels]
  return { crops, shifts, images: graph.cast(images, compute) }
}

/** Prepares images by our own op or by TensorFlow's: the same numbers, to the bit. */
function prepareImages({ graph, ownKernels }: ImageBuild, source: ImageSource, dtype: DataType, crops?: Crops): Tensor {
  const { pixels, mean, inverseStd } = source
  if (ownKernels !== 'none') {
    const choices = crops ? [crops.choices] : []
    const attributes = {
      T: attr.type(dtype),
      crop_count: attr.int(choices.length),
      padding: attr.int(crops?.padding ?? 0),
    }
    return graph.op('SkiplabImages', [pixels, mean, inverseStd, ...choices], attributes, dtype, pixels.shape)
  }
  const scaled = graph.binary('Mul', graph.cast(pixels, 'DT_FLOAT'), graph.float(1 / 255))
  const normalized = graph.binary('Mul', graph.binary('Sub', scaled, mean), inverseStd)
  return graph.cast(crops ? crop(graph, normalized, crops) : normalized, dtype)
}

/** Crops and mirrors by one gather of pixels: [batch, height, width, channels] -> the same shape. */
function crop(graph: Graph, x: Tensor, { padding, choices }: Crops): Tensor {
  const [batch, height, width, channels] = x.shape as [number, number, number, number]
  const choice = (which: number): Tensor => {
    const attributes = { T: attr.type('DT_INT32'), Index: attr.type('DT_INT32') }
    const one = graph.op('Slice', [choices, graph.ints([0, which]), graph.ints([batch, 1])], attributes, 'DT_INT32', [batch, 1])
    return graph.reshape(one, [batch, 1, 1])
  }
  const [rows, columns, mirrored] = [choice(0), choice(1), choice(2)]
  const paddedHeight = height + 2 * padding
  const paddedWidth = width + 2 * padding
  const padded =
    padding === 0
      ? x
      : graph.op(
          'Pad',
          [x, graph.ints([0, 0, padding, padding, padding, padding, 0, 0], [4, 2])],
          { T: attr.type('DT_FLOAT'), Tpaddings: attr.type('DT_INT32') },
          'DT_FLOAT',
          [batch, paddedHeight, paddedWidth, channels],
        )
  // Mirroring turns column c into width - 1 - c: c + mirrored * (width - 1 - 2c).
  const column = graph.ints(range(width), [1, 1, width])
  const turn = graph.ints(
    range(width).map((c) => width - 1 - 2 * c),
    [1, 1, width],
  )
  const source = graph.binary('AddV2', graph.binary('Mul', mirrored, turn, [batch, 1, width]), column)
  const sourceColumn = graph.binary('AddV2', source, columns) // [batch, 1, width]
  const first = graph.ints(
    range(batch).map((image) => image * paddedHeight * paddedWidth),
    [batch, 1, 1],
  )
  const row = graph.ints(
    range(height).map((r) => r * paddedWidth),
    [1, height, 1],
  )
  const sourceRow = graph.binary('AddV2', graph.binary('AddV2', graph.binary('Mul', rows, graph.int(paddedWidth)), first), row, [
    batch,
    height,
    1,
  ])
  const pixel = graph.binary('AddV2', sourceRow, sourceColumn, [batch, height, width])
  return gatherRows(graph, graph.reshape(padded, [batch * paddedHeight * paddedWidth, channels]), pixel)
}

function gatherRows(graph: Graph, table: Tensor, indices: Tensor): Tensor {
  const attributes = {
    Tparams: attr.type(table.dtype),
    Tindices: attr.type('DT_INT32'),
    Taxis: attr.type('DT_INT32'),
    batch_dims: attr.int(0),
  }
  return graph.op('GatherV2', [table, indices, graph.int(0)], attributes, table.dtype, [...indices.shape, table.shape[1]!])
}

function range(count: number): number[] {
  return Array.from({ length: count }, (_, index) => index)
}
