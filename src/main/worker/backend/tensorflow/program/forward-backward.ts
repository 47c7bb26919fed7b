import type { Network } from '../../../../../common/network/network.ts'
import { fuseNormalizations, type Trainable } from '../../passes/fuse-normalization.ts'
import type { Tensor } from '../graph/graph.ts'
import type { LayerBuild, Trained } from '../layers/build.ts'
import { trainLayer } from '../layers/layers.ts'
import { trainFusedNormalization } from '../layers/fused-normalization.ts'

/** The network's forward pass in training, and a function that adds the backward pass. */
export interface TrainingPass {
  /** fp32 [batch, classes] */
  readonly logits: Tensor
  /** Adds the backward nodes, given the loss's gradient for the logits. */
  backward(gradient: Tensor): void
}

interface TrainedLayer extends Trained {
  readonly name: string
  readonly inputs: readonly string[]
}

/** Adds the forward pass. @param images [batch, height, width, channels] in the build's compute type */
export function trainingPass(build: LayerBuild, network: Network, images: Tensor): TrainingPass {
  const outputs = new Map<string, Tensor>([['input', images]])
  const trainedLayers = trainables(build, network).map((trainable): TrainedLayer => {
    const { name, inputs } = trainable.kind === 'fused' ? trainable : trainable.layer
    const given = inputs.map((input) => outputs.get(input)!)
    const trained = build.graph.within(`forward/${name}`, () => train(build, trainable, given))
    outputs.set(name, trained.output)
    return { name, inputs, ...trained }
  })
  const last = network.layers.at(-1)!
  return {
    logits: outputs.get(last.name)!,
    backward(gradient) {
      const gradients = new Map<string, Tensor[]>([[last.name, [gradient]]])
      for (const layer of trainedLayers.reverse()) {
        const found = build.graph.within(`backward/${layer.name}`, () => backward(build, layer, gradients.get(layer.name)!))
        gradients.delete(layer.name)
        layer.inputs.forEach((input, index) => {
          const more = found[index]
          if (more) gradients.set(input, [...(gradients.get(input) ?? []), more])
        })
      }
    },
  }
}

function trainables(build: LayerBuild, { layers }: Network): Trainable[] {
  return build.ownKernels !== 'none' ? fuseNormalizations(layers) : layers.map((layer) => ({ kind: 'layer', layer }))
}

/** Adds up the gradients that consumers ask of a layer, but for the last two where the layer adds them itself, and adds its backward. */
function backward(build: LayerBuild, layer: TrainedLayer, asked: readonly Tensor[]): (Tensor | null)[] {
  const open = [...asked]
  const taken = layer.addsGradients ? 2 : 1
  while (open.length > taken) open.unshift(build.graph.binary('AddV2', open.shift()!, open.shift()!))
  const [gradient, other] = open
  const needed = layer.inputs.map((input) => input !== 'input')
  return layer.backward(gradient!, needed, other)
}

function train(build: LayerBuild, trainable: Trainable, inputs: readonly Tensor[]): Trained {
  if (trainable.kind === 'layer') return trainLayer(build, trainable.layer, inputs)
  const [x, shortcut] = inputs
  return trainFusedNormalization(build, trainable.normalization, trainable.relu, x!, shortcut)
}
