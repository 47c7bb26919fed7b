import type { LayerOf } from '../../../../../common/network/graph/layer.ts'
import { elements } from '../../../../../common/network/kinds/shape.ts'
import type { Graph, Tensor } from '../graph/graph.ts'
import type { LayerBuild, Trained } from './build.ts'

/** Lays pixels side by side, in fp32 from here on: [batch, height, width, channels] -> [batch, height * width * channels]. */
export function flatten(graph: Graph, x: Tensor): Tensor {
  const [batch, ...map] = x.shape
  return graph.reshape(graph.cast(x, 'DT_FLOAT'), [batch!, elements(map)])
}

export function trainFlatten(build: LayerBuild, _layer: LayerOf<'flatten'>, x: Tensor): Trained {
  const { graph } = build
  return {
    output: flatten(graph, x),
    backward: (gradient) => [graph.cast(graph.reshape(gradient, x.shape), build.compute)],
  }
}
