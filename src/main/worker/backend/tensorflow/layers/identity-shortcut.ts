import type { LayerOf } from '../../../../../common/network/graph/layer.ts'
import { elements } from '../../../../../common/network/kinds/shape.ts'
import { attr, type Graph, type Tensor } from '../graph/graph.ts'
import { batched, computeType, type LayerBuild, type Trained } from './build.ts'

type Build = Pick<LayerBuild, 'graph' | 'compute' | 'ownKernels'>

/**
 * Adds option A (section 3.3): every stride-th pixel, zero channels before and behind, no parameters:
 * [batch, height, width, in] -> [batch, height / stride, width / stride, out]. Where our own op cannot run it is made of two-dimensional
 * slices, which copy whole rows: StridedSlice and its gradient take five times as long in bf16.
 */
export function identityShortcut(build: Build, layer: LayerOf<'identity-shortcut'>, x: Tensor): Tensor {
  const { graph } = build
  const output = batched(x.shape[0]!, layer)
  const [batch, height, width, channels] = output as [number, number, number, number]
  if (build.ownKernels !== 'none') {
    const attributes = {
      ...computeType(build),
      stride: attr.int(layer.attributes.stride),
      channels: attr.int(channels),
      zeros_before: attr.int(layer.attributes.zerosBefore),
    }
    return graph.op('SkiplabShortcut', [x], attributes, build.compute, output)
  }
  const kept = x.shape[3]!
  const [, fullHeight, fullWidth] = full(layer, x.shape)
  const even = padTo(build, x, [batch, fullHeight, fullWidth, kept])
  const rows = firstColumns(graph, graph.reshape(even, [batch * height, layer.attributes.stride * fullWidth * kept]), fullWidth * kept)
  const pixels = firstColumns(graph, graph.reshape(rows, [batch * height * width, layer.attributes.stride * kept]), kept)
  const { zerosBefore } = layer.attributes
  const padded = prependZeros(build, appendZeros(build, pixels, channels - kept - zerosBefore), zerosBefore)
  return graph.reshape(padded, output)
}

export function trainIdentityShortcut(build: Build, layer: LayerOf<'identity-shortcut'>, x: Tensor): Trained {
  return {
    output: identityShortcut(build, layer, x),
    backward: (gradient) => [
      build.ownKernels === 'none' ? identityGradient(build, layer, x.shape, gradient) : ownGradient(build, layer, x.shape, gradient),
    ],
  }
}

function ownGradient(
  build: Build,
  { attributes: { stride, zerosBefore } }: LayerOf<'identity-shortcut'>,
  shape: readonly number[],
  gradient: Tensor,
): Tensor {
  const [, height, width, channels] = shape as [number, number, number, number]
  const attributes = {
    ...computeType(build),
    stride: attr.int(stride),
    height: attr.int(height),
    width: attr.int(width),
    in: attr.int(channels),
    zeros_before: attr.int(zerosBefore),
  }
  return build.graph.op('SkiplabShortcutGrad', [gradient], attributes, build.compute, shape)
}

function identityGradient(build: Build, layer: LayerOf<'identity-shortcut'>, shape: readonly number[], gradient: Tensor): Tensor {
  const { graph } = build
  const [batch, height, width, channels] = gradient.shape as [number, number, number, number]
  const kept = shape[3]!
  const [, fullHeight, fullWidth] = full(layer, shape)
  const all = graph.reshape(gradient, [batch * height * width, channels])
  const pixels = columnsFrom(graph, all, layer.attributes.zerosBefore, kept)
  const rows = graph.reshape(appendZeros(build, pixels, (layer.attributes.stride - 1) * kept), [batch * height, fullWidth * kept])
  const spread = appendZeros(build, rows, (layer.attributes.stride - 1) * fullWidth * kept)
  return cutTo(build, graph.reshape(spread, [batch, fullHeight, fullWidth, kept]), shape)
}

/** Rounds the input's height and width up to multiples of the stride. */
function full(layer: LayerOf<'identity-shortcut'>, [batch, height, width, channels]: readonly number[]): [number, number, number, number] {
  const up = (extent: number) => Math.ceil(extent / layer.attributes.stride) * layer.attributes.stride
  return [batch!, up(height!), up(width!), channels!]
}

function firstColumns(graph: Graph, x: Tensor, count: number): Tensor {
  return columnsFrom(graph, x, 0, count)
}

function columnsFrom(graph: Graph, x: Tensor, first: number, count: number): Tensor {
  const [rows, columns] = x.shape as [number, number]
  return count === columns ? x : slice(graph, x, [rows, count], [0, first])
}

function appendZeros(build: Build, x: Tensor, count: number): Tensor {
  return count === 0 ? x : sideBySide(build, [x, zeros(build, x.shape[0]!, count)])
}

function prependZeros(build: Build, x: Tensor, count: number): Tensor {
  return count === 0 ? x : sideBySide(build, [zeros(build, x.shape[0]!, count), x])
}

function zeros(build: Build, rows: number, columns: number): Tensor {
  const { graph } = build
  const zero = graph.cast(graph.float(0), build.compute)
  const attributes = { ...computeType(build), index_type: attr.type('DT_INT32') }
  return graph.op('Fill', [graph.ints([rows, columns]), zero], attributes, build.compute, [rows, columns])
}

/** Joins matrices of as many rows: [rows, a], [rows, b] -> [rows, a + b]. */
function sideBySide(build: Build, [left, right]: readonly [Tensor, Tensor]): Tensor {
  const attributes = { N: attr.int(2), ...computeType(build), Tidx: attr.type('DT_INT32') }
  const shape = [left.shape[0]!, left.shape[1]! + right.shape[1]!]
  return build.graph.op('ConcatV2', [left, right, build.graph.int(1)], attributes, build.compute, shape)
}

function padTo(build: Build, x: Tensor, shape: readonly number[]): Tensor {
  if (elements(shape) === elements(x.shape)) return x
  const paddings = build.graph.ints(
    shape.flatMap((extent, axis) => [0, extent - x.shape[axis]!]),
    [shape.length, 2],
  )
  return build.graph.op('Pad', [x, paddings], { ...computeType(build), Tpaddings: attr.type('DT_INT32') }, build.compute, shape)
}

function cutTo(build: Build, x: Tensor, shape: readonly number[]): Tensor {
  return elements(shape) === elements(x.shape) ? x : slice(build.graph, x, shape)
}

/** Cuts a part of a tensor out; the leading one unless told where to begin. */
function slice(graph: Graph, x: Tensor, shape: readonly number[], begin = shape.map(() => 0)): Tensor {
  return graph.op(
    'Slice',
    [x, graph.ints(begin), graph.ints(shape)],
    { T: attr.type(x.dtype), Index: attr.type('DT_INT32') },
    x.dtype,
    shape,
  )
}
