import type { BatchNormalizationLayer, Layer } from '../../../common/network/layer.ts'
import type { Network } from '../../../common/network/network.ts'
import { attr, type Tensor } from './graph.ts'
import { foldBatchNormalization } from './layers/batch-normalization.ts'
import { computeType, type LayerBuild } from './layers/build.ts'
import { convolve } from './layers/convolution.ts'
import { fullyConnected, globalAveragePooling } from './layers/head.ts'
import { identityShortcut } from './layers/identity-shortcut.ts'

type InferenceBuild = Pick<LayerBuild, 'graph' | 'compute' | 'ownKernels' | 'value' | 'batchNormEpsilon'>

/** A pass with running statistics: nothing is kept for a way back, BN is folded into its convolution. */
export interface InferencePass {
  /** fp32 [batch, classes] */
  readonly logits: Tensor
  /** Output of each convolution's BN, before nonlinearity and addition, by the convolution's name; main path only. */
  readonly responses: ReadonlyMap<string, Tensor>
}

/** @param images [batch, height, width, channels] in the build's compute type */
export function inferencePass(build: InferenceBuild, network: Network, images: Tensor): InferencePass {
  const outputs = new Map<string, Tensor>([['input', images]])
  const responses = new Map<string, Tensor>()
  const normalizations = new Map(network.layers.filter((layer) => layer.kind === 'batch-normalization').map((layer) => [layer.inputs[0]!, layer]))
  for (const layer of network.layers) {
    const output = build.graph.within(layer.name, () => inferLayer(build, layer, layer.inputs.map((input) => outputs.get(input)!), normalizations.get(layer.name)))
    outputs.set(layer.name, output)
    if (layer.kind === 'convolution' && layer.role === 'main') responses.set(layer.name, output)
  }
  return { logits: outputs.get(network.layers.at(-1)!.name)!, responses }
}

function inferLayer(build: InferenceBuild, layer: Layer, [x, shortcut]: Tensor[], normalization: BatchNormalizationLayer | undefined): Tensor {
  const { graph } = build
  switch (layer.kind) {
    case 'convolution': {
      const { factor, bias } = foldBatchNormalization(build, normalization!)
      const weights = build.value(`${layer.name}/weights`) // [kernel, kernel, in, out]
      const folded = graph.cast(graph.binary('Mul', weights, factor), build.compute)
      const y = convolve(build, layer, x!, folded)
      const attributes = { ...computeType(build), data_format: attr.string('NHWC') }
      return graph.op('BiasAdd', [y, graph.cast(bias, build.compute)], attributes, build.compute, y.shape)
    }
    case 'batch-normalization':
      return x!
    case 'relu':
      return graph.unary('Relu', x!)
    case 'identity-shortcut':
      return identityShortcut(build, layer, x!)
    case 'addition':
      return graph.binary('AddV2', x!, shortcut!)
    case 'global-average-pooling':
      return globalAveragePooling(graph, x!)
    case 'fully-connected':
      return fullyConnected(build, layer, x!)
  }
}
