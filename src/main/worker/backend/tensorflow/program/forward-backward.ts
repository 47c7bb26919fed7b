import type { Network } from '../../../../../common/network/network.ts'
import { fuseNormalizations, type Trainable } from '../../passes/fuse-normalization.ts'
import type { Tensor } from '../graph/graph.ts'
import type { LayerBuild, Trained } from '../layers/build.ts'
import { trainLayer } from '../layers/layers.ts'
import { trainFusedNormalization } from '../layers/fused-normalization.ts'

/** The network's training pass: scores, and a function that adds the way back. */
export interface TrainingPass {
  /** fp32 [batch, classes] */
  readonly logits: Tensor
  /** Adds the backward nodes, given the loss's gradient for the logits. */
  backward(gradient: Tensor): void
}

interface Step extends Trained {
  readonly name: string
  readonly inputs: readonly string[]
}

/** @param images [batch, height, width, channels] in the build's compute type */
export function trainingPass(build: LayerBuild, network: Network, images: Tensor): TrainingPass {
  const outputs = new Map<string, Tensor>([['input', images]])
  const steps = trainables(build, network).map((trainable): Step => {
    const { name, inputs } = trainable.kind === 'fused' ? trainable : trainable.layer
    const trained = build.graph.within(`forward/${name}`, () =>
      train(
        build,
        trainable,
        inputs.map((input) => outputs.get(input)!),
      ),
    )
    outputs.set(name, trained.output)
    return { name, inputs, ...trained }
  })
  const last = network.layers.at(-1)!
  return {
    logits: outputs.get(last.name)!,
    backward(gradient) {
      const gradients = new Map<string, Tensor[]>([[last.name, [gradient]]])
      for (const step of steps.reverse()) {
        const found = build.graph.within(`backward/${step.name}`, () => backward(build, step, gradients.get(step.name)!))
        gradients.delete(step.name)
        step.inputs.forEach((input, index) => {
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

/** Adds up what the consumers ask for, but for the last two where the step does that on its way. */
function backward(build: LayerBuild, step: Step, asked: readonly Tensor[]): (Tensor | null)[] {
  const open = [...asked]
  const taken = step.addsGradients ? 2 : 1
  while (open.length > taken) open.unshift(build.graph.binary('AddV2', open.shift()!, open.shift()!))
  return step.backward(
    open[0]!,
    step.inputs.map((input) => input !== 'input'),
    open[1],
  )
}

function train(build: LayerBuild, trainable: Trainable, inputs: readonly Tensor[]): Trained {
  if (trainable.kind === 'layer') return trainLayer(build, trainable.layer, inputs)
  const [x, shortcut] = inputs
  return trainFusedNormalization(build, trainable.normalization, trainable.relu, x!, shortcut)
}
