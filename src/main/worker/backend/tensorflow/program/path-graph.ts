import type { Layer } from '../../../../../common/network/graph/layer.ts'
import { Graph, type Tensor } from '../graph/graph.ts'
import { frozenBatchNormalization } from '../layers/batch-normalization.ts'
import type { LayerBuild, Trained } from '../layers/build.ts'
import { softmaxCrossEntropy } from '../layers/head.ts'
import { trainLayer } from '../layers/layers.ts'
import { normalizedImages } from './augmentation.ts'
import { dataVariables, fedVariable, type DataVariables, readNormalization } from './data-variables.ts'
import type { FedState } from './fed-state.ts'
import { flatState, readState } from './flat-state.ts'
import type { PathProgramOptions } from './path-program.ts'
import { survivalOf } from './scoring-graph.ts'

/** The gradient at the images, with gates where a block's addition hands it back. */
export interface PathGraph extends FedState {
  readonly graph: Graph
  readonly data: DataVariables
  /** Placeholder uint8 [batch, height, width, channels] */
  readonly pixels: Tensor
  /** Placeholder int32 [batch] */
  readonly labels: Tensor
  /** Placeholders fp32 [blocks, batch]: factors of the gradient through F(x) and through the shortcut. */
  readonly branch: Tensor
  readonly shortcut: Tensor
  /** fp32 [batch, height, width, channels] */
  readonly gradient: Tensor
}

export function buildPathGraph({ network, recipe, precision, ownKernels, batchSize }: PathProgramOptions): PathGraph {
  const graph = new Graph()
  const layout = flatState(graph, network)
  const data = dataVariables(graph, { network, recipe, imageCount: null })
  const compute = precision === 'bf16' ? 'DT_BFLOAT16' : 'DT_FLOAT'
  const pixels = graph.placeholder('pixels', 'DT_UINT8', [batchSize, ...network.design.inputShape])
  const labels = graph.placeholder('labels', 'DT_INT32', [batchSize])
  const additions = network.layers.filter(({ kind }) => kind === 'addition')
  const gates = (name: string) => graph.placeholder(name, 'DT_FLOAT', [additions.length, batchSize])
  const [branch, shortcut] = [gates('branch'), gates('shortcut')]
  const build: LayerBuild = {
    ...{ graph, compute, ownKernels, batchNormEpsilon: recipe.batchNormEpsilon },
    value: readState({ graph, ownKernels }, layout, compute).byName,
    survives: (name) => graph.float(survivalOf(network, name)),
    onGradient: () => undefined,
    onBatchStatistic: () => undefined,
  }
  const images = normalizedImages(build, { pixels, ...readNormalization(graph, data) })
  const gated = new GatedPass(build, network.layers, images, { branch: eachGate(build, branch), shortcut: eachGate(build, shortcut) })
  const { gradient } = softmaxCrossEntropy(build, gated.logits, labels)
  const atImages = graph.cast(gated.backward(gradient), 'DT_FLOAT')
  const [weights, statistics] = [fedVariable(graph, layout.weights), fedVariable(graph, layout.statistic)]
  const assign = graph.group('assign-state', [weights.assign, statistics.assign])
  return { graph, layout, data, weights, statistics, assign, pixels, labels, branch, shortcut, gradient: atImages }
}

/** Cuts [blocks, batch] into one gate for each block: [batch, 1, 1, 1] in the compute type. */
function eachGate({ graph, compute }: LayerBuild, gates: Tensor): Tensor[] {
  const [blocks, batch] = gates.shape as [number, number]
  return graph.split(graph.cast(gates, compute), Array<number>(blocks).fill(1)).map((gate) => graph.reshape(gate, [batch, 1, 1, 1]))
}

/** Forward with running statistics, and back to the images. */
class GatedPass {
  readonly logits: Tensor
  readonly #build: LayerBuild
  readonly #layers: readonly (Trained & Pick<Layer, 'name' | 'inputs'>)[]

  /** @param gates by the block's number among those with an addition */
  constructor(
    build: LayerBuild,
    layers: readonly Layer[],
    images: Tensor,
    gates: { readonly branch: readonly Tensor[]; readonly shortcut: readonly Tensor[] },
  ) {
    this.#build = build
    const outputs = new Map([['input', images]])
    let block = 0
    this.#layers = layers.map((layer) => {
      const inputs = layer.inputs.map((input) => outputs.get(input)!)
      const trained = build.graph.within(`forward/${layer.name}`, () => this.#trained(layer, inputs, gates, block))
      if (layer.kind === 'addition') block++
      outputs.set(layer.name, trained.output)
      return { name: layer.name, inputs: layer.inputs, ...trained }
    })
    this.logits = outputs.get(layers.at(-1)!.name)!
  }

  #trained(
    layer: Layer,
    inputs: readonly Tensor[],
    { branch, shortcut }: { readonly branch: readonly Tensor[]; readonly shortcut: readonly Tensor[] },
    block: number,
  ): Trained {
    const { graph } = this.#build
    if (layer.kind === 'batch-normalization') return frozenBatchNormalization(this.#build, layer, inputs[0]!)
    const trained = trainLayer(this.#build, layer, inputs)
    if (layer.kind !== 'addition') return trained
    return {
      output: trained.output,
      backward: (gradient) => [branch[block]!, shortcut[block]!].map((gate) => graph.binary('Mul', gradient, gate)),
    }
  }

  /** @param gradient of the loss for the logits. @returns for the images */
  backward(gradient: Tensor): Tensor {
    const { graph } = this.#build
    const asked = new Map([[this.#layers.at(-1)!.name, gradient]])
    for (const layer of this.#layers.toReversed()) {
      const own = asked.get(layer.name)!
      const found = graph.within(`backward/${layer.name}`, () =>
        layer.backward(
          own,
          layer.inputs.map(() => true),
        ),
      )
      layer.inputs.forEach((input, index) => {
        const more = found[index]
        const before = asked.get(input)
        if (more) asked.set(input, before ? graph.binary('AddV2', before, more) : more)
      })
    }
    return asked.get('input')!
  }
}
