import type { Tensor } from '../graph/graph.ts'
import { computeType, type LayerBuild, type Trained } from './build.ts'

export function trainRelu(build: LayerBuild, x: Tensor): Trained {
  const { graph } = build
  const output = graph.unary('Relu', x)
  return {
    output,
    backward: (gradient) => [graph.op('ReluGrad', [gradient, output], computeType(build), build.compute, x.shape)],
  }
}

/** F(x) plus the shortcut: the gradient goes both ways unchanged. */
export function trainAddition(build: LayerBuild, residual: Tensor, shortcut: Tensor): Trained {
  return {
    output: build.graph.binary('AddV2', residual, shortcut),
    backward: (gradient) => [gradient, gradient],
  }
}
