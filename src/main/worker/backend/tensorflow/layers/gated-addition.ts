import type { Graph, Tensor } from '../graph/graph.ts'
import type { LayerBuild, Trained } from './build.ts'

/** Mixes what a highway block made with its shortcut, as the gate says: [batch, ...shape] each -> the same shape. */
export function gatedAddition(graph: Graph, transformed: Tensor, shortcut: Tensor, gate: Tensor): Tensor {
  return mix(graph, transformed, shortcut, graph.unary('Sigmoid', gate))
}

/** shortcut + T * (H - shortcut), which is T * H + (1 - T) * shortcut. */
function mix(graph: Graph, transformed: Tensor, shortcut: Tensor, opened: Tensor): Tensor {
  return graph.binary('AddV2', shortcut, graph.binary('Mul', opened, graph.binary('Sub', transformed, shortcut)))
}

export function trainGatedAddition({ graph }: Pick<LayerBuild, 'graph'>, transformed: Tensor, shortcut: Tensor, gate: Tensor): Trained {
  const opened = graph.unary('Sigmoid', gate)
  return {
    output: mix(graph, transformed, shortcut, opened),
    backward(gradient) {
      const toTransformed = graph.binary('Mul', gradient, opened)
      const toOpened = graph.binary('Mul', gradient, graph.binary('Sub', transformed, shortcut))
      return [toTransformed, graph.binary('Sub', gradient, toTransformed), graph.binary('SigmoidGrad', opened, toOpened)]
    },
  }
}
