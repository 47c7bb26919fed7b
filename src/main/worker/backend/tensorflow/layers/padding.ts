import type { Layer } from '../../../../../common/network/graph/layer.ts'
import { attr, type Tensor } from '../graph/graph.ts'
import { computeType, type LayerBuild } from './build.ts'

type Build = Pick<LayerBuild, 'graph' | 'compute'>

/** A layer whose window moves over a symmetrically padded feature map, as in Caffe and PyTorch. */
interface WindowLayer extends Pick<Layer, 'outputShape'> {
  readonly attributes: { readonly kernel: number; readonly stride: number; readonly padding: number }
}

/**
 * Pads height and width by an op of its own: `padding` before, and behind only what the window reads.
 * @param fill scalar in the compute type; zeros when left out
 * @returns [batch, padded height, padded width, channels]
 */
export function padSymmetrically(
  build: Build,
  { attributes: { kernel, stride, padding }, outputShape }: WindowLayer,
  x: Tensor,
  fill?: Tensor,
): Tensor {
  const [batch, height, width, channels] = x.shape as [number, number, number, number]
  const behind = (extent: number, output: number) => Math.max(0, (output - 1) * stride + kernel - padding - extent)
  const [below, right] = [behind(height, outputShape[0]), behind(width, outputShape[1]!)]
  const paddings = build.graph.ints([0, 0, padding, below, padding, right, 0, 0], [4, 2])
  const attributes = { ...computeType(build), Tpaddings: attr.type('DT_INT32') }
  const shape = [batch, height + padding + below, width + padding + right, channels]
  return fill
    ? build.graph.op('PadV2', [x, paddings, fill], attributes, build.compute, shape)
    : build.graph.op('Pad', [x, paddings], attributes, build.compute, shape)
}

/** Cuts the gradient of what {@link padSymmetrically} made back to the shape that went in. */
export function cutPadding(build: Build, { attributes: { padding } }: WindowLayer, gradient: Tensor, shape: readonly number[]): Tensor {
  const { graph } = build
  const begin = graph.ints([0, padding, padding, 0])
  return graph.op(
    'Slice',
    [gradient, begin, graph.ints(shape)],
    { ...computeType(build), Index: attr.type('DT_INT32') },
    build.compute,
    shape,
  )
}
