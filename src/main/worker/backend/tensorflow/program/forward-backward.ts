import type { Network } from '../../../../../common/network/network.ts'
import { segmentsOf, type Recomputation } from '../../../../../common/network/recomputation.ts'
import { fuseNormalizations, type Trainable } from '../../passes/fuse-normalization.ts'
import { attr, nodeOf, type Tensor } from '../graph/graph.ts'
import type { LayerBuild, Trained } from '../layers/build.ts'
import { trainLayer } from '../layers/layers.ts'
import { trainFusedNormalization } from '../layers/fused-normalization.ts'

/** The network's forward pass in training, and a function that adds the backward pass. */
export interface TrainingPass {
  /** fp32 [batch, classes] */
  readonly logits: Tensor
  /** Output of what the program computes as one, by the name of its last layer: without our own kernels or watched, of every layer. */
  readonly outputs: ReadonlyMap<string, Tensor>
  /** Adds the backward nodes, given the loss's gradient for the logits. */
  backward(gradient: Tensor): void
}

/**
 * Takes the loss's gradient for each layer's output, and for `input` that for the images; nothing is fused then, so that no layer is left
 * out.
 */
export type PassWatch = (layer: string, gradient: Tensor) => void

interface TrainedLayer extends Trained {
  readonly name: string
  readonly inputs: readonly string[]
}

/**
 * Adds the forward pass.
 * @param images [batch, height, width, channels] in the build's compute type
 * @param watch takes gradients of outputs; only without recomputation
 */
export function trainingPass(
  build: LayerBuild,
  network: Network,
  images: Tensor,
  recomputation: Recomputation,
  watch?: PassWatch,
): TrainingPass {
  const outputs = new Map<string, Tensor>([['input', images]])
  const segments = watch ? [unfused(network)] : programSegments(build, network, recomputation)
  const waited = waitingFor(build)
  const trainedSegments = segments.map((segment) => build.graph.within('forward', () => trainSegment(waited.build, segment, outputs)))
  const last = network.layers.at(-1)!
  return {
    logits: outputs.get(last.name)!,
    outputs,
    backward(gradient) {
      const gradients: Gradients = new Map([[last.name, [gradient]]])
      segments.toReversed().forEach((segment, index) => {
        const control = [...[...gradients.values()].flat().map(nodeOf), ...waited.take()]
        const trained = index === 0 ? trainedSegments.at(-1)! : recompute(waited.build, segment, outputs, control)
        for (const layer of trained.toReversed()) addBackward(build, layer, gradients, watch)
      })
      watch?.('input', sumOf(build, gradients.get('input')!))
    },
  }
}

/** A build that notes the nodes of parameters' gradients until they are taken. */
function waitingFor(build: LayerBuild): { readonly build: LayerBuild; take(): string[] } {
  let nodes: string[] = []
  return {
    build: {
      ...build,
      onGradient(parameter, gradient) {
        nodes.push(nodeOf(gradient))
        build.onGradient(parameter, gradient)
      },
    },
    take: () => {
      const taken = nodes
      nodes = []
      return taken
    },
  }
}

/** Gradients asked of each layer's output, by its name. */
type Gradients = Map<string, Tensor[]>

/** Adds the forward nodes of layers one after the other; their outputs join `outputs`. */
function trainSegment(build: LayerBuild, segment: readonly Trainable[], outputs: Map<string, Tensor>): TrainedLayer[] {
  return segment.map((trainable): TrainedLayer => {
    const [name, inputs] = [nameOf(trainable), inputsOf(trainable)]
    const given = inputs.map((input) => outputs.get(input)!)
    const trained = build.graph.within(name, () => train(build, trainable, given))
    outputs.set(name, trained.output)
    return { name, inputs, ...trained }
  })
}

/**
 * Adds a segment's forward nodes once more, on what entered it.
 * @param control names of nodes that come before: the gradient of the segment's output, or TensorFlow would compute all this at once, or
 * find it equal to the first pass and keep that; and the weights' gradients of the segment behind, which hold its activations (a session
 * of one thread would compute them last)
 */
function recompute(
  build: LayerBuild,
  segment: readonly Trainable[],
  kept: ReadonlyMap<string, Tensor>,
  control: readonly string[],
): TrainedLayer[] {
  const { graph } = build
  const within = new Set(segment.map(nameOf))
  const entering = new Set(segment.flatMap(inputsOf).filter((input) => !within.has(input)))
  const outputs = new Map(
    [...entering].map((name) => {
      const x = kept.get(name)!
      const node = graph.node('Identity', [x], { T: attr.type(x.dtype) }, { name: `recomputed/${name}`, control })
      return [name, { ...x, ref: node }]
    }),
  )
  // Running statistics take the first pass's values alone.
  const again = { ...build, onBatchStatistic: () => undefined }
  return graph.within('recomputed', () => trainSegment(again, segment, outputs))
}

/** Adds a layer's backward nodes; the gradients for its inputs join `gradients`, its own leaves. */
function addBackward(build: LayerBuild, layer: TrainedLayer, gradients: Gradients, watch?: PassWatch): void {
  const found = build.graph.within(`backward/${layer.name}`, () => backward(build, layer, gradients.get(layer.name)!, watch))
  gradients.delete(layer.name)
  layer.inputs.forEach((input, index) => {
    const more = found[index]
    if (more) gradients.set(input, [...(gradients.get(input) ?? []), more])
  })
}

/** Cuts what the program computes where the network's segments end; one segment where nothing is computed again. */
function programSegments(build: LayerBuild, network: Network, recomputation: Recomputation): Trainable[][] {
  const all = trainables(build, network)
  if (recomputation === 'none') return [all]
  const ends = new Set(segmentsOf(network).map((segment) => segment.at(-1)!.name))
  const segments: Trainable[][] = [[]]
  for (const trainable of all) {
    segments.at(-1)!.push(trainable)
    if (ends.has(nameOf(trainable)) && trainable !== all.at(-1)) segments.push([])
  }
  return segments
}

const nameOf = (trainable: Trainable) => (trainable.kind === 'fused' ? trainable.name : trainable.layer.name)
const inputsOf = (trainable: Trainable) => (trainable.kind === 'fused' ? trainable.inputs : trainable.layer.inputs)

function trainables(build: LayerBuild, network: Network): Trainable[] {
  return build.ownKernels !== 'none' ? fuseNormalizations(network.layers) : unfused(network)
}

function unfused({ layers }: Network): Trainable[] {
  return layers.map((layer) => ({ kind: 'layer', layer }))
}

function sumOf({ graph }: LayerBuild, gradients: readonly Tensor[]): Tensor {
  return gradients.reduce((sum, gradient) => graph.binary('AddV2', sum, gradient))
}

/** Adds up the gradients that consumers ask of a layer, but for the last two where the layer adds them itself, and adds its backward. */
function backward(build: LayerBuild, layer: TrainedLayer, asked: readonly Tensor[], watch?: PassWatch): (Tensor | null)[] {
  if (watch) {
    const sum = sumOf(build, asked)
    watch(layer.name, sum)
    return layer.backward(
      sum,
      layer.inputs.map(() => true),
    )
  }
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
