import { attr, type Tensor } from '../graph/graph.ts'
import type { LayerBuild, Trained } from './build.ts'

/** Rectifies [batch, ...shape]; features behind the last map are fp32, whatever the maps are. */
export function trainReLU(build: LayerBuild, x: Tensor): Trained {
  const { graph } = build
  const output = graph.unary('Relu', x)
  return {
    output,
    backward: (gradient) => [graph.op('ReluGrad', [gradient, output], { T: attr.type(x.dtype) }, x.dtype, x.shape)],
  }
}

/** Adds the residual branch and the shortcut, [batch, ...shape] each; the gradient goes to both unchanged. */
export function trainAddition(build: LayerBuild, residual: Tensor, shortcut: Tensor): Trained {
  return {
    output: build.graph.binary('AddV2', residual, shortcut),
    backward: (gradient) => [gradient, gradient],
  }
}
