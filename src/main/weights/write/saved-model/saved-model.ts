import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { statisticNames } from '../../../../common/network/state-names.ts'
import type { Network } from '../../../../common/network/network.ts'
import { writeFileBy } from '../files/output-file.ts'
import { Message } from '../files/protobuf.ts'
import { bytesOfFloats, type ImagePreprocessing, type WeightsSource } from '../source/weights-source.ts'
import { type SavedModelBuild, writeSavedModelLayer } from './saved-model-layers.ts'
import { constant, nodeDef, tensorInfo, type TensorFlowNode, value } from './tensorflow-proto.ts'

/** Version of the graph: that of TensorFlow 2.9, which this house computes with; and the oldest that may read it. */
const graphVersion = { producer: 1087, leastConsumer: 12 }

/**
 * Writes a network as the folder of a TensorFlow SavedModel, tag `serve`. Signature `serving_default`: `images`, fp32 [batch, height,
 * width, channels], 0 to 1, the batch free, to `scores`, fp32 [batch, classes], before softmax. What the recipe subtracts and divides by
 * is part of the graph. Weights are constants: the model infers and is not to be trained on.
 */
export function writeSavedModel(folder: string, source: WeightsSource & { readonly preprocessing: ImagePreprocessing }): void {
  const { network } = source
  const graph = new Message()
  for (const node of nodesOf(source)) graph.message(1, nodeDef(node))
  graph.message(4, new Message().integer(1, graphVersion.producer).integer(2, graphVersion.leastConsumer))
  const signature = new Message()
    .entry(1, 'images', tensorInfo('images', [-1, ...network.design.inputShape]))
    .entry(2, 'scores', tensorInfo('scores', [-1, network.design.classes]))
    .text(3, 'tensorflow/serving/predict')
  const metaGraph = new Message().message(1, new Message().text(4, 'serve')).message(2, graph).entry(5, 'serving_default', signature)
  const model = new Message().integer(1, 1).message(2, metaGraph)
  mkdirSync(folder)
  writeFileBy(join(folder, 'saved_model.pb'), (file) => model.writeTo(file))
}

function nodesOf(source: WeightsSource & { readonly preprocessing: ImagePreprocessing }): TensorFlowNode[] {
  const { network, read, batchNormEpsilon } = source
  const nodes: TensorFlowNode[] = []
  const build: SavedModelBuild = {
    batchNormEpsilon,
    integers: (name, values, shape = [values.length]) => {
      nodes.push(constant(name, 'int32', shape, () => [new Uint8Array(Int32Array.from(values).buffer)]))
      return name
    },
    number: (name, number) => {
      nodes.push(constant(name, 'fp32', [], () => [bytesOfFloats(Float32Array.of(number))]))
      return name
    },
    add: (node) => nodes.push(node),
  }
  for (const { name, shape } of arraysOf(network)) nodes.push(constant(name, 'fp32', shape, () => [bytesOfFloats(read(name))]))
  nodes.push(...preprocessingNodes(source))
  for (const layer of network.layers) writeSavedModelLayer(build, layer)
  nodes.push({ operator: 'Identity', name: 'scores', inputs: [network.layers.at(-1)!.name], attributes: { T: value.type('fp32') } })
  return nodes
}

/** Lists the network's arrays, running statistics included, by their names in Skiplab. */
function arraysOf({ layers }: Network): { name: string; shape: readonly number[] }[] {
  return layers.flatMap((layer): { name: string; shape: readonly number[] }[] => {
    if (layer.kind !== 'batch-normalization') return [...layer.parameters]
    const shape = [layer.outputShape.at(-1)!]
    return [...layer.parameters, ...Object.values(statisticNames(layer)).map((name) => ({ name, shape }))]
  })
}

/** Makes what the first layers read as `input`. */
function preprocessingNodes({ network, preprocessing }: WeightsSource & { readonly preprocessing: ImagePreprocessing }): TensorFlowNode[] {
  const { mean, inverseStd } = preprocessing
  const { inputShape } = network.design
  const shape = mean.length === inputShape[2] ? [inputShape[2]] : inputShape
  const attributes = { T: value.type('fp32') }
  const dynamic = [-1, ...inputShape]
  return [
    { operator: 'Placeholder', name: 'images', attributes: { dtype: value.type('fp32'), shape: value.shape(dynamic) } },
    constant('preprocessing/mean', 'fp32', shape, () => [bytesOfFloats(mean)]),
    constant('preprocessing/inverse-std', 'fp32', [inputShape[2]], () => [bytesOfFloats(inverseStd)]),
    { operator: 'Sub', name: 'preprocessing/centred', inputs: ['images', 'preprocessing/mean'], attributes },
    { operator: 'Mul', name: 'input', inputs: ['preprocessing/centred', 'preprocessing/inverse-std'], attributes },
  ]
}
