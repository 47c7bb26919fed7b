import type { Layer } from '../../../common/network/layer.ts'
import type { Network } from '../../../common/network/network.ts'
import type { Tensor } from './graph.ts'
import { trainBatchNormalization } from './layers/batch-normalization.ts'
import type { LayerBuild, Trained } from './layers/build.ts'
import { trainConvolution } from './layers/convolution.ts'
import { trainAddition, trainRelu } from './layers/element-wise.ts'
import { trainFullyConnected, trainGlobalAveragePooling } from './layers/head.ts'
import { trainIdentityShortcut } from './layers/identity-shortcut.ts'

/** The network's training pass: scores, and a function that adds the way back. */
export interface TrainingPass {
  /** fp32 [batch, classes] */
  readonly logits: Tensor
  /** Adds the backward nodes, given the loss's gradient for the logits. */
  backward(gradient: Tensor): void
}

/** @param images [batch, height, width, channels] in the build's compute type */
export function trainingPass(build: LayerBuild, network: Network, images: Tensor): TrainingPass {
  const trained = new Map<string, Trained>()
  const outputOf = (name: string) => (name === 'input' ? images : trained.get(name)!.output)
  for (const layer of network.layers) {
    trained.set(layer.name, build.graph.within(`forward/${layer.name}`, () => trainLayer(build, layer, layer.inputs.map(outputOf))))
  }
  const last = network.layers.at(-1)!
  return {
    logits: outputOf(last.name),
    backward(gradient) {
      const gradients = new Map<string, Tensor>([[last.name, gradient]])
      for (const layer of [...network.layers].reverse()) {
        build.graph.within(`backward/${layer.name}`, () => {
          const needed = layer.inputs.map((input) => input !== 'input')
          const found = trained.get(layer.name)!.backward(gradients.get(layer.name)!, needed)
          gradients.delete(layer.name)
          layer.inputs.forEach((input, index) => {
            const more = found[index]
            if (!more) return
            const known = gradients.get(input)
            gradients.set(input, known ? build.graph.binary('AddV2', known, more) : more)
          })
        })
      }
    },
  }
}

function trainLayer(build: LayerBuild, layer: Layer, [x, shortcut]: Tensor[]): Trained {
  switch (layer.kind) {
    case 'convolution':
      return trainConvolution(build, layer, x!)
    case 'batch-normalization':
      return trainBatchNormalization(build, layer, x!)
    case 'relu':
      return trainRelu(build, x!)
    case 'identity-shortcut':
      return trainIdentityShortcut(build, layer, x!)
    case 'addition':
      return trainAddition(build, x!, shortcut!)
    case 'global-average-pooling':
      return trainGlobalAveragePooling(build, layer, x!)
    case 'fully-connected':
      return trainFullyConnected(build, layer, x!)
  }
}
