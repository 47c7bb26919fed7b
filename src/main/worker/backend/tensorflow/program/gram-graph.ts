import { elements } from '../../../../../common/network/kinds/shape.ts'
import type { GramOptions } from '../../gram-backend.ts'
import { Graph, type Tensor } from '../graph/graph.ts'
import type { OwnKernels } from '../layers/build.ts'
import { matMul } from '../layers/head.ts'
import { normalizedImages } from './augmentation.ts'
import { dataVariables, fedVariable, type DataVariables, readNormalization } from './data-variables.ts'
import type { FedState } from './fed-state.ts'
import { flatState, readState } from './flat-state.ts'
import { inferencePasses } from './inference.ts'

export interface GramProgramOptions extends Omit<GramOptions, 'device'> {
  readonly ownKernels: OwnKernels
}

export interface GramGraph extends FedState {
  readonly graph: Graph
  readonly data: DataVariables
  /** Placeholder uint8 [batch, height, width, channels] */
  readonly pixels: Tensor
  /** fp32 [outputs, batch, batch] */
  readonly grams: Tensor
}

export function buildGramGraph({ network, recipe, precision, batchSize, outputs, ownKernels }: GramProgramOptions): GramGraph {
  const graph = new Graph()
  const layout = flatState(graph, network)
  const data = dataVariables(graph, { network, recipe, imageCount: null })
  const compute = precision === 'bf16' ? 'DT_BFLOAT16' : 'DT_FLOAT'
  const value = readState({ graph, ownKernels }, layout, 'DT_FLOAT').byName
  const build = { graph, compute, batchNormEpsilon: recipe.batchNormEpsilon, ownKernels, value } as const
  const pixels = graph.placeholder('pixels', 'DT_UINT8', [batchSize, ...network.design.inputShape])
  const images = normalizedImages(build, { pixels, ...readNormalization(graph, data) })
  const pass = inferencePasses(build, network, images)(false)
  const grams = outputs.map((name) => {
    const output = pass.outputs.get(name)
    if (!output) throw new Error(`Expected a layer with an output of its own, got ${name}`)
    return gramOf(graph, output)
  })
  const [weights, statistics] = [fedVariable(graph, layout.weights), fedVariable(graph, layout.statistic)]
  const assign = graph.group('assign-state', [weights.assign, statistics.assign])
  return { graph, layout, data, weights, statistics, assign, pixels, grams: graph.pack(grams, 'grams') }
}

/** Inner products of images' features about their mean: [batch, ...shape] -> fp32 [batch, batch]. */
function gramOf(graph: Graph, output: Tensor): Tensor {
  const [batch, ...shape] = output.shape as [number, ...number[]]
  const features = graph.reshape(graph.cast(output, 'DT_FLOAT'), [batch, elements(shape)])
  // CKA does not change with it, but rounding does: means of rectified features are large.
  const centred = graph.binary('Sub', features, graph.mean(features, [0]))
  return matMul(graph, centred, centred, { transposeB: true })
}
