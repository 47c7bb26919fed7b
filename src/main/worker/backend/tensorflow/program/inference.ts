import type { BatchNormalizationLayer, ConvolutionLayer, Layer } from '../../../../../common/network/layer.ts'
import type { Network } from '../../../../../common/network/network.ts'
import { fuseNormalizations, type Trainable } from './fusion.ts'
import type { Tensor } from '../graph/graph.ts'
import { foldBatchNormalization } from '../layers/batch-normalization.ts'
import type { LayerBuild } from '../layers/build.ts'
import { inferConvolution } from '../layers/convolution.ts'
import { fullyConnected, globalAveragePooling } from '../layers/head.ts'
import { identityShortcut } from '../layers/identity-shortcut.ts'

type InferenceBuild = Pick<LayerBuild, 'graph' | 'compute' | 'ownKernels' | 'branches' | 'value' | 'batchNormEpsilon'>

/** With running statistics: nothing is kept for a way back, BN is folded into its convolution, which also adds and rectifies. */
export interface InferencePass {
  /** fp32 [batch, classes] */
  readonly logits: Tensor
  /**
   * Mean and variance of each image's response (the output of a BN, before addition and nonlinearity) by the name of the BN's convolution:
   * fp32 [2, batch]; main path only, empty unless asked for.
   */
  readonly moments: ReadonlyMap<string, Tensor>
}

/** A convolution that has taken in the BN behind it. */
interface FoldedConvolution {
  readonly layer: ConvolutionLayer
  /** [kernel, kernel, in, out] in the compute type */
  readonly weights: Tensor
  /** fp32 [out] */
  readonly bias: Tensor
}

/** Passes over the same weights: each branch twice, without and with a look at its responses. Who runs one does not compute the others. */
export interface InferencePasses {
  readonly plain: readonly InferencePass[]
  readonly observed: readonly InferencePass[]
}

/**
 * Branches of the program that share its weights and nothing else.
 * @param images of each branch: [batch, height, width, channels] in the build's compute type
 */
export function inferencePasses(build: InferenceBuild, network: Network, images: readonly Tensor[]): InferencePasses {
  const { layers } = network
  const normalizations = layers.filter((layer) => layer.kind === 'batch-normalization')
  const convolutions = new Map(layers.filter((layer) => layer.kind === 'convolution').map((layer) => [layer.name, layer]))
  const folded = new Map(normalizations.map((layer) => [layer.name, fold(build, convolutions.get(layer.inputs[0]!)!, layer)]))
  const parts = fuseNormalizations(layers)
  const passes = (title: string, observed: boolean) =>
    images.map((batch, branch) => build.graph.within(`branch-${branch}/${title}`, () => inferencePass(build, folded, parts, batch, observed)))
  return { plain: passes('plain', false), observed: passes('observed', true) }
}

function fold(build: InferenceBuild, layer: ConvolutionLayer, normalization: BatchNormalizationLayer): FoldedConvolution {
  const { graph } = build
  return graph.within(`folded/${layer.name}`, () => {
    const { factor, bias } = foldBatchNormalization(build, normalization)
    return { layer, bias, weights: graph.cast(graph.binary('Mul', build.value(`${layer.name}/weights`), factor), build.compute) }
  })
}

function inferencePass(build: InferenceBuild, folded: ReadonlyMap<string, FoldedConvolution>, parts: readonly Trainable[], images: Tensor, observed: boolean): InferencePass {
  const outputs = new Map<string, Tensor>([['input', images]])
  const output = (name: string) => outputs.get(name)!
  const allMoments = new Map<string, Tensor>()
  let last = images
  for (const part of parts) {
    if (part.kind === 'fused') {
      const { layer, weights, bias } = folded.get(part.normalization.name)!
      const [, shortcut] = part.inputs
      const ending = { bias, shortcut: shortcut === undefined ? undefined : output(shortcut), relu: part.relu, observed: observed && part.normalization.role === 'main' }
      const inferred = build.graph.within(part.name, () => inferConvolution(build, layer, output(layer.inputs[0]!), weights, ending))
      if (inferred.moments) allMoments.set(layer.name, inferred.moments)
      last = inferred.output
      outputs.set(part.name, last)
    } else if (part.layer.kind !== 'convolution' && part.layer.kind !== 'batch-normalization') {
      const { layer } = part
      last = build.graph.within(layer.name, () => inferLayer(build, layer, layer.inputs.map(output)))
      outputs.set(layer.name, last)
    }
  }
  return { logits: last, moments: allMoments }
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
