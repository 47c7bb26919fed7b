import type { OutputFile } from '../files/output-file.ts'
import { Message } from '../files/protobuf.ts'
import { bytesOfFloats, channelsFirst, inPyTorchLayout, type ImagePreprocessing, type WeightsSource } from '../source/weights-source.ts'
import { type OnnxBuild, writeOnnxLayer } from './onnx-layers.ts'
import { nodeMessage, type OnnxNode, tensorMessage, valueMessage } from './onnx-proto.ts'

/** Version of ONNX's operators, and of the file around them: those of ONNX 1.16, which onnxruntime reads since 1.18 (2024). */
const operatorSet = 21
const fileVersion = 10

/**
 * Writes a network as ONNX. Input `images`: fp32 [batch, channels, height, width], 0 to 1, the batch free; what the recipe subtracts and
 * divides by is part of the graph. Output `scores`: fp32 [batch, classes], before softmax. Initialisers have the habit's names.
 */
export function writeOnnx(file: OutputFile, source: WeightsSource & { readonly preprocessing: ImagePreprocessing }): void {
  const { network, habit, read, batchNormEpsilon, metadata } = source
  const [height, width, channels] = network.design.inputShape
  const nodes: OnnxNode[] = []
  const initializers: Message[] = []
  const names = habit.names(network)
  const theirs = new Map(names.map((name) => [name.ours, name.theirs]))
  for (const name of names) initializers.push(tensorMessage(name.theirs, 'fp32', name.theirShape, inPyTorchLayout(name, read)))
  // Nodes of their own: initialisers are the weights alone, which other programs may read by their names.
  const constant = (name: string, type: 'fp32' | 'int64', shape: readonly number[], content: Uint8Array): string => {
    const value = tensorMessage(name, type, shape, { bytes: content.length, chunks: () => [content] })
    nodes.push({ operator: 'Constant', name, inputs: [], output: name, attributes: { value } })
    return name
  }
  const floats = (name: string, shape: readonly number[], values: Float32Array) => constant(name, 'fp32', shape, bytesOfFloats(values))
  const build: OnnxBuild = {
    batchNormEpsilon,
    weight: (name) => theirs.get(name)!,
    integers: (name, values) => constant(name, 'int64', [values.length], new Uint8Array(BigInt64Array.from(values, BigInt).buffer)),
    number: (name, value) => floats(name, [], Float32Array.of(value)),
    add: (node) => nodes.push(node),
  }
  preprocess(source, build, floats)
  for (const layer of network.layers) writeOnnxLayer(build, layer)
  build.add({ operator: 'Identity', name: 'scores', inputs: [network.layers.at(-1)!.name], output: 'scores' })
  const graph = new Message()
  for (const node of nodes) graph.message(1, nodeMessage(node))
  graph.text(2, network.name)
  for (const initializer of initializers) graph.message(5, initializer)
  graph.message(11, valueMessage('images', ['batch', channels, height, width]))
  graph.message(12, valueMessage('scores', ['batch', network.design.classes]))
  const model = new Message().integer(1, fileVersion).text(2, 'Skiplab').message(7, graph)
  model.message(8, new Message().text(1, '').integer(2, operatorSet))
  for (const [key, value] of Object.entries(metadata)) model.message(14, new Message().text(1, key).text(2, value))
  model.writeTo(file)
}

/** Makes what the first layers read as `input`. */
function preprocess(
  { network, preprocessing: { mean, inverseStd } }: { readonly preprocessing: ImagePreprocessing } & Pick<WeightsSource, 'network'>,
  { add }: OnnxBuild,
  floats: (name: string, shape: readonly number[], values: Float32Array) => string,
): void {
  const [height, width, channels] = network.design.inputShape
  const perChannel = [channels, 1, 1]
  const shape = mean.length === channels ? perChannel : [channels, height, width]
  const subtracted = floats('preprocessing/mean', shape, channelsFirst(mean, channels))
  add({ operator: 'Sub', name: 'preprocessing/centred', inputs: ['images', subtracted], output: 'preprocessing/centred' })
  const factor = floats('preprocessing/inverse-std', perChannel, inverseStd)
  add({ operator: 'Mul', name: 'input', inputs: ['preprocessing/centred', factor], output: 'input' })
}
