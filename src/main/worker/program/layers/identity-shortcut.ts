import type { IdentityShortcutLayer } from '../../../../common/network/layer.ts'
import { attr, type Tensor } from '../graph.ts'
import { batched, computeType, type LayerBuild, type Trained } from './build.ts'

/** Option A (section 3.3): every stride-th pixel, zero channels appended. No parameters. */
export function identityShortcut(build: Pick<LayerBuild, 'graph' | 'compute'>, layer: IdentityShortcutLayer, x: Tensor): Tensor {
  const { graph } = build
  const output = batched(x.shape[0]!, layer)
  const sampled = layer.stride === 1 ? x : subsample(build, layer, x)
  const channels = x.shape[3]!
  const paddings = graph.ints([0, 0, 0, 0, 0, 0, 0, output[3]! - channels], [4, 2])
  return graph.op('Pad', [sampled, paddings], { ...computeType(build), Tpaddings: attr.type('DT_INT32') }, build.compute, output)
}

export function trainIdentityShortcut(build: LayerBuild, layer: IdentityShortcutLayer, x: Tensor): Trained {
  const { graph } = build
  const [batch, height, width] = batched(x.shape[0]!, layer)
  const kept = [batch!, height!, width!, x.shape[3]!]
  return {
    output: identityShortcut(build, layer, x),
    backward(gradient) {
      const sliced = graph.op('Slice', [gradient, graph.ints([0, 0, 0, 0]), graph.ints(kept)], { ...computeType(build), Index: attr.type('DT_INT32') }, build.compute, kept)
      if (layer.stride === 1) return [sliced]
      const inputs = [graph.ints(x.shape), ...strideBounds(build, layer), sliced]
      return [graph.op('StridedSliceGrad', inputs, sliceAttributes(build), build.compute, x.shape)]
    },
  }
}

function subsample(build: Pick<LayerBuild, 'graph' | 'compute'>, layer: IdentityShortcutLayer, x: Tensor): Tensor {
  const [height, width] = layer.outputShape
  const shape = [x.shape[0]!, height, width!, x.shape[3]!]
  return build.graph.op('StridedSlice', [x, ...strideBounds(build, layer)], sliceAttributes(build), build.compute, shape)
}

/** Begin and end are masked out; only the strides count. */
function strideBounds(build: Pick<LayerBuild, 'graph'>, layer: IdentityShortcutLayer): Tensor[] {
  const { graph } = build
  return [graph.ints([0, 0, 0, 0]), graph.ints([0, 0, 0, 0]), graph.ints([1, layer.stride, layer.stride, 1])]
}

function sliceAttributes(build: Pick<LayerBuild, 'compute'>) {
  return {
    ...computeType(build),
    Index: attr.type('DT_INT32'),
    begin_mask: attr.int(15),
    end_mask: attr.int(15),
    ellipsis_mask: attr.int(0),
    new_axis_mask: attr.int(0),
    shrink_axis_mask: attr.int(0),
  }
}
