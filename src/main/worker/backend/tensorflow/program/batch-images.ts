import { elements } from '../../../../../common/network/kinds/shape.ts'
import { type BatchImages, countOf } from '../../backend.ts'
import type { Graph, Tensor } from '../graph/graph.ts'
import type { Feed } from '../graph/session.ts'
import type { DataVariables } from './data-variables.ts'

/** A batch as the program takes it: by index into the resident images, or with its own pixels. */
export interface BatchInput {
  /** uint8 [batch, height, width, channels] */
  readonly pixels: Tensor
  /** int32 [batch] */
  readonly labels: Tensor
  /**
   * Feeds images; those that are missing to a whole batch are filled up with the first.
   * @throws Error where the images come in the other form, or are none or too many
   */
  feeds(images: BatchImages): Feed[]
}

/**
 * Adds the placeholders of one batch.
 * @param imageShape height, width, channels
 * @param batch number of images
 */
export function batchInput(graph: Graph, data: DataVariables, imageShape: readonly number[], batch: number): BatchInput {
  const input = data.resident ? residentInput(graph, data.resident, batch) : streamedInput(graph, imageShape, batch)
  return {
    ...input,
    feeds: (images) => {
      const count = countOf(images)
      if (count < 1 || count > batch) throw new Error(`Expected 1 to ${batch} images, got ${count}`)
      return input.feeds(images)
    },
  }
}

function residentInput(graph: Graph, { images, labels }: NonNullable<DataVariables['resident']>, batch: number): BatchInput {
  const indices = graph.placeholder('indices', 'DT_INT32', [batch])
  return {
    pixels: graph.gather(images, indices),
    labels: graph.gather(labels.variable, indices), // [batch]
    feeds: (given) => {
      if (!(given instanceof Int32Array)) throw new Error('Expected images by index, since the backend holds them; got pixels')
      return [{ placeholder: indices, value: filledUp(given, batch, 1) }]
    },
  }
}

function streamedInput(graph: Graph, imageShape: readonly number[], batch: number): BatchInput {
  const pixels = graph.placeholder('pixels', 'DT_UINT8', [batch, ...imageShape])
  const labels = graph.placeholder('labels', 'DT_INT32', [batch])
  const imageBytes = elements(imageShape)
  return {
    pixels,
    labels,
    feeds: (given) => {
      if (!('pixels' in given)) throw new Error('Expected images with their pixels, since the backend holds none; got indices')
      return [
        { placeholder: pixels, value: filledUp(given.pixels, batch, imageBytes) },
        { placeholder: labels, value: filledUp(given.labels, batch, 1) },
      ]
    },
  }
}

/** The values of a whole batch, those of the first image in place of what is missing. */
function filledUp<Values extends Int32Array | Uint8Array>(values: Values, batch: number, size: number): Values
function filledUp(values: Int32Array | Uint8Array, batch: number, size: number): Int32Array | Uint8Array {
  if (values.length === batch * size) return values
  const filled = values instanceof Int32Array ? new Int32Array(batch * size) : new Uint8Array(batch * size)
  filled.set(values)
  for (let start = values.length; start < filled.length; start += size) filled.set(values.subarray(0, size), start)
  return filled
}
