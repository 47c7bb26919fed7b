import type { Layer } from '../../../../../common/network/graph/layer.ts'
import type { ConvolutionRole } from '../../../../../common/network/kinds/convolution.ts'
import type { Network } from '../../../../../common/network/network.ts'
import { foldNormalizations, type FoldedConvolution, type InferencePart } from '../../passes/fold-normalization.ts'
import type { FusedLayers } from '../../passes/fuse-normalization.ts'
import type { Tensor } from '../graph/graph.ts'
import { foldBatchNormalization, inferBatchNormalization } from '../layers/batch-normalization.ts'
import type { InferenceBuild } from '../layers/build.ts'
import { inferConvolution, momentsOf } from '../layers/convolution.ts'
import { inferLayer } from '../layers/layers.ts'

/** The network's pass in evaluation, with running statistics: BN is folded into its convolution, which also adds and rectifies. */
export interface InferencePass {
  /** fp32 [batch, classes] */
  readonly logits: Tensor
  /**
   * Mean and variance of each image's response (the output of a BN, before addition and nonlinearity) by the name of the BN's convolution:
   * fp32 [2, batch]; main path only, empty unless asked for.
   */
  readonly moments: ReadonlyMap<string, Tensor>
  /** Output of each part by the name of its last layer: what is folded or fused into one has no output of its own. */
  readonly outputs: ReadonlyMap<string, Tensor>
}

/** Adds a pass; running it computes no other. */
export type AddPass = (withMoments: boolean) => InferencePass

/**
 * Prepares passes that share images and weights.
 * @param images [batch, height, width, channels] in the build's compute type
 * @returns adds a pass without or with moments of its responses
 */
export function inferencePasses(build: InferenceBuild, network: Network, images: Tensor): AddPass {
  const parts = foldNormalizations(network.layers)
  const weights = foldedWeights(build, parts)
  return (withMoments) =>
    build.graph.within(withMoments ? 'with-moments' : 'plain', () => new PassOfParts(build, weights, withMoments).run(parts, images))
}

/**
 * Prepares some of a network's layers, which read the output of one layer alone.
 * @returns adds their pass, given that layer's name and output; the output of the last of them
 */
export function inferenceOf(build: InferenceBuild, layers: readonly Layer[]): (from: string, x: Tensor) => Tensor {
  const parts = foldNormalizations(layers)
  const weights = foldedWeights(build, parts)
  return (from, x) => new PassOfParts(build, weights, false).run(parts, x, from).logits
}

function foldedWeights(build: InferenceBuild, parts: readonly InferencePart[]): ReadonlyMap<string, FoldedWeights> {
  return new Map(parts.flatMap((part) => (part.kind === 'folded-convolution' ? [[part.name, fold(build, part)] as const] : [])))
}

/** A convolution's weights with its BN folded in. */
interface FoldedWeights {
  /** [kernel, kernel, in, out] in the compute type */
  readonly weights: Tensor
  /** fp32 [out] */
  readonly bias: Tensor
}

function fold(build: InferenceBuild, { convolution, normalization }: FoldedConvolution): FoldedWeights {
  const { graph } = build
  return graph.within(`folded/${convolution.name}`, () => {
    const { factor, bias } = foldBatchNormalization(build, normalization)
    return { bias, weights: graph.cast(graph.binary('Mul', build.value(`${convolution.name}/weights`), factor), build.compute) }
  })
}

/** Computes parts of a network one after the other. */
class PassOfParts {
  readonly #build: InferenceBuild
  readonly #weights: ReadonlyMap<string, FoldedWeights>
  readonly #withMoments: boolean
  readonly #outputs = new Map<string, Tensor>()
  readonly #moments = new Map<string, Tensor>()

  constructor(build: InferenceBuild, weights: ReadonlyMap<string, FoldedWeights>, withMoments: boolean) {
    this.#build = build
    this.#weights = weights
    this.#withMoments = withMoments
  }

  run(parts: readonly InferencePart[], images: Tensor, from = 'input'): InferencePass {
    this.#outputs.set(from, images)
    let last = images
    for (const part of parts) {
      const name = part.kind === 'layer' ? part.layer.name : part.name
      last = this.#build.graph.within(name, () => this.#compute(part))
      this.#outputs.set(name, last)
    }
    return { logits: last, moments: this.#moments, outputs: this.#outputs }
  }

  #compute(part: InferencePart): Tensor {
    if (part.kind === 'folded-convolution') return this.#foldedConvolution(part)
    if (part.kind === 'normalization') return this.#normalization(part)
    const output = inferLayer(
      this.#build,
      part.layer,
      part.layer.inputs.map((input) => this.#output(input)),
    )
    // Without BN the convolution's own output is its response.
    if (part.layer.kind === 'convolution') this.#observe(part.layer.name, part.layer.attributes.role, output)
    return output
  }

  #foldedConvolution({ name, convolution, normalization, shortcut, relu }: FoldedConvolution): Tensor {
    const { weights, bias } = this.#weights.get(name)!
    const epilogue = {
      bias,
      shortcut: shortcut === undefined ? undefined : this.#output(shortcut),
      relu,
      withMoments: this.#withMoments && normalization.attributes.role === 'main',
    }
    const { output, moments } = inferConvolution(this.#build, convolution, this.#output(convolution.inputs[0]!), weights, epilogue)
    if (moments) this.#moments.set(convolution.name, moments)
    return output
  }

  /** Computes BN that no convolution took in, with the addition and ReLU behind it. */
  #normalization({ normalization, inputs: [x, shortcut], relu }: FusedLayers): Tensor {
    const { graph } = this.#build
    const response = inferBatchNormalization(this.#build, normalization, this.#output(x!))
    // A convolution's response is what BN makes of it; before an activation BN may follow an addition instead.
    if (this.#moments.has(normalization.inputs[0]!)) this.#observe(normalization.inputs[0]!, normalization.attributes.role, response)
    const added = shortcut === undefined ? response : graph.binary('AddV2', response, this.#output(shortcut))
    return relu ? graph.unary('Relu', added) : added
  }

  #observe(name: string, role: ConvolutionRole, response: Tensor): void {
    if (!this.#withMoments || role !== 'main') return
    this.#moments.delete(name)
    this.#moments.set(name, momentsOf(this.#build.graph, response))
  }

  #output(name: string): Tensor {
    return this.#outputs.get(name)!
  }
}
