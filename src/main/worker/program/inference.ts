import type { BatchNormalizationLayer, ConvolutionLayer, Layer } from '../../../common/network/layer.ts'
import type { Network } from '../../../common/network/network.ts'
import { fuseNormalizations, type Trainable } from './fusion.ts'
import type { Tensor } from './graph.ts'
import { foldBatchNormalization } from './layers/batch-normalization.ts'
import type { LayerBuild } from './layers/build.ts'
import { inferConvolution } from './layers/convolution.ts'
import { fullyConnected, globalAveragePooling } from './layers/head.ts'
import { identityShortcut } from './layers/identity-shortcut.ts'

type InferenceBuild = Pick<LayerBuild, 'graph' | 'compute' | 'ownKernels' | 'branches' | 'value' | 'batchNormEpsilon'>

/** With running statistics: nothing is kept for a way back, BN is folded into its convolution. Who runs one of the two does not compute the other. */
export interface InferencePass {
  /** fp32 [batch, classes]; additions and ReLUs are done by the convolutions before them. */
  readonly logits: Tensor
  /** Output of each convolution's BN, before nonlinearity and addition, by the convolution's name; main path only. */
  readonly responses: ReadonlyMap<string, Tensor>
}

/** A convolution that has taken in the BN behind it. */
interface FoldedConvolution {
  readonly layer: ConvolutionLayer
  /** [kernel, kernel, in, out] in the compute type */
  readonly weights: Tensor
  /** fp32 [out] */
  readonly bias: Tensor
}

/**
 * Branches of the program that share its weights and nothing else.
 * @param images of each branch: [batch, height, width, channels] in the build's compute type
 */
export function inferencePasses(build: InferenceBuild, network: Network, images: readonly Tensor[]): InferencePass[] {
  const { layers } = network
  const normalizations = layers.filter((layer) => layer.kind === 'batch-normalization')
  const convolutions = new Map(layers.filter((layer) => layer.kind === 'convolution').map((layer) => [layer.name, layer]))
  const folded = new Map(normalizations.map((layer) => [layer.name, fold(build, convolutions.get(layer.inputs[0]!)!, layer)]))
  const oneByOne = layers.map((layer): Trainable => {
    if (layer.kind !== 'batch-normalization') return { kind: 'layer', layer }
    return { kind: 'fused', name: layer.name, inputs: layer.inputs, normalization: layer, relu: false }
  })
  const fused = fuseNormalizations(layers)
  return images.map((batch, branch) =>
    build.graph.within(`branch-${branch}`, () => {
      const single = build.graph.within('one-by-one', () => outputsOf(build, folded, oneByOne, batch))
      return {
        logits: outputsOf(build, folded, fused, batch).get(layers.at(-1)!.name)!,
        responses: new Map(normalizations.filter(({ role }) => role === 'main').map(({ name, inputs }) => [inputs[0]!, single.get(name)!])),
      }
    }),
  )
}

function fold(build: InferenceBuild, layer: ConvolutionLayer, normalization: BatchNormalizationLayer): FoldedConvolution {
  const { graph } = build
  return graph.within(`folded/${layer.name}`, () => {
    const { factor, bias } = foldBatchNormalization(build, normalization)
    return { layer, bias, weights: graph.cast(graph.binary('Mul', build.value(`${layer.name}/weights`), factor), build.compute) }
  })
}

/** Outputs by name. */
function outputsOf(build: InferenceBuild, folded: ReadonlyMap<string, FoldedConvolution>, parts: readonly Trainable[], images: Tensor): Map<string, Tensor> {
  const outputs = new Map<string, Tensor>([['input', images]])
  const output = (name: string) => outputs.get(name)!
  for (const part of parts) {
    if (part.kind === 'fused') {
      const { layer, weights, bias } = folded.get(part.normalization.name)!
      const [, shortcut] = part.inputs
      const ending = { bias, shortcut: shortcut === undefined ? undefined : output(shortcut), relu: part.relu }
      outputs.set(part.name, build.graph.within(part.name, () => inferConvolution(build, layer, output(layer.inputs[0]!), weights, ending)))
    } else if (part.layer.kind !== 'convolution' && part.layer.kind !== 'batch-normalization') {
      const { layer } = part
      outputs.set(layer.name, build.graph.within(layer.name, () => inferLayer(build, layer, layer.inputs.map(output))))
    }
  }
  return outputs
}

function inferLayer(build: InferenceBuild, layer: Exclude<Layer, ConvolutionLayer | BatchNormalizationLayer>, [x, shortcut]: Tensor[]): Tensor {
  switch (layer.kind) {
    case 'relu':
      return build.graph.unary('Relu', x!)
    case 'identity-shortcut':
      return identityShortcut(build, layer, x!)
    case 'addition':
      return build.graph.binary('AddV2', x!, shortcut!)
    case 'global-average-pooling':
      return globalAveragePooling(build.graph, x!)
    case 'fully-connected':
      return fullyConnected(build, layer, x!)
  }
}
