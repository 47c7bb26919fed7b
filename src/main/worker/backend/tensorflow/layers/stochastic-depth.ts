import type { LayerOf } from '../../../../../common/network/graph/layer.ts'
import type { Tensor } from '../graph/graph.ts'
import type { InferenceBuild, LayerBuild, Trained } from './build.ts'

/**
 * Keeps or drops the branch for the whole batch, as the step's draw says: [batch, ...shape] -> the same. A dropped branch gets no
 * gradient.
 */
export function trainStochasticDepth(build: LayerBuild, layer: LayerOf<'stochastic-depth'>, x: Tensor): Trained {
  const { graph } = build
  const survives = graph.cast(build.survives(layer.name), build.compute)
  return {
    output: graph.binary('Mul', x, survives),
    backward: (gradient) => [graph.binary('Mul', gradient, survives)],
  }
}

/** Scales the branch by its probability to survive. */
export function inferStochasticDepth(
  { graph, compute }: Pick<InferenceBuild, 'graph' | 'compute'>,
  layer: LayerOf<'stochastic-depth'>,
  x: Tensor,
): Tensor {
  return graph.binary('Mul', x, graph.cast(graph.float(layer.attributes.survival), compute))
}
