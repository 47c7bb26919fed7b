import type { Layer, LayerOf } from '../../../../common/network/graph/layer.ts'
import type { LayerKind } from '../../../../common/network/kinds/kinds.ts'
import { statisticNames } from '../../../../common/network/state-names.ts'
import type { OnnxNode } from './onnx-proto.ts'

/** What a layer's nodes are made with. Feature maps are [batch, channels, height, width]. */
export interface OnnxBuild {
  readonly batchNormEpsilon: number
  /** Name of the initialiser that holds an array of the network, by its name in Skiplab. */
  readonly weight: (name: string) => string
  /** Adds whole numbers as a constant. @returns its name */
  readonly integers: (name: string, values: readonly number[]) => string
  /** Adds one fp32 number as a constant. @returns its name */
  readonly number: (name: string, value: number) => string
  /** The last node's output is the layer's. */
  readonly add: (node: OnnxNode) => void
}

type Writer<K extends LayerKind> = (build: OnnxBuild, layer: LayerOf<K>) => void

/** Larger than any extent: "to the end". */
const toTheEnd = 2 ** 31 - 1

/** How each kind of layer is computed at test time, in ONNX. */
const writers: { readonly [K in LayerKind]: Writer<K> } = {
  convolution({ add, weight }, { name, inputs, attributes: { kernel, stride, padding, bias } }) {
    const biases = bias === null ? [] : [weight(`${name}/bias`)]
    const attributes = { kernel_shape: [kernel, kernel], strides: [stride, stride], pads: [padding, padding, padding, padding] }
    add({ operator: 'Conv', name, inputs: [inputs[0]!, weight(`${name}/weights`), ...biases], output: name, attributes })
  },
  'batch-normalization'({ add, weight, batchNormEpsilon }, layer) {
    const { name, inputs } = layer
    const { mean, variance } = statisticNames(layer)
    const arrays = [`${name}/scale`, `${name}/offset`, mean, variance].map(weight)
    const attributes = { epsilon: { float: batchNormEpsilon } }
    add({ operator: 'BatchNormalization', name, inputs: [inputs[0]!, ...arrays], output: name, attributes })
  },
  relu: ({ add }, { name, inputs }) => add({ operator: 'Relu', name, inputs, output: name }),
  'identity-shortcut'({ add, integers, number }, { name, inputs, inputShape, attributes: { stride, channels, zerosBefore } }) {
    const bounds = ([0, toTheEnd] as const).map((value, index) => integers(`${name}/${index ? 'ends' : 'starts'}`, [value, value]))
    const picks = [...bounds, integers(`${name}/axes`, [2, 3]), integers(`${name}/steps`, [stride, stride])]
    const picked = `${name}/picked`
    add({ operator: 'Slice', name: picked, inputs: [inputs[0]!, ...picks], output: picked })
    const pads = integers(`${name}/pads`, [0, zerosBefore, 0, 0, 0, channels - inputShape[2]! - zerosBefore, 0, 0])
    add({ operator: 'Pad', name, inputs: [picked, pads, number(`${name}/zero`, 0)], output: name })
  },
  addition: ({ add }, { name, inputs }) => add({ operator: 'Add', name, inputs, output: name }),
  'gated-addition'({ add }, { name, inputs: [transformed, shortcut, gate] }) {
    const [opened, difference, moved] = ['opened', 'difference', 'moved'].map((part) => `${name}/${part}`) as [string, string, string]
    add({ operator: 'Sigmoid', name: opened, inputs: [gate!], output: opened })
    add({ operator: 'Sub', name: difference, inputs: [transformed!, shortcut!], output: difference })
    add({ operator: 'Mul', name: moved, inputs: [opened, difference], output: moved })
    add({ operator: 'Add', name, inputs: [shortcut!, moved], output: name })
  },
  'stochastic-depth'({ add, number }, { name, inputs, attributes: { survival } }) {
    add({ operator: 'Mul', name, inputs: [inputs[0]!, number(`${name}/survival`, survival)], output: name })
  },
  'max-pooling'({ add }, { name, inputs, attributes: { kernel, stride, padding } }) {
    const attributes = { kernel_shape: [kernel, kernel], strides: [stride, stride], pads: [padding, padding, padding, padding] }
    add({ operator: 'MaxPool', name, inputs, output: name, attributes })
  },
  'global-average-pooling'({ add }, { name, inputs }) {
    const pooled = `${name}/pooled`
    add({ operator: 'GlobalAveragePool', name: pooled, inputs, output: pooled })
    add({ operator: 'Flatten', name, inputs: [pooled], output: name, attributes: { axis: 1 } })
  },
  // Channel by channel, as PyTorch does; the weights behind it lie in that order too.
  flatten: ({ add }, { name, inputs }) => add({ operator: 'Flatten', name, inputs, output: name, attributes: { axis: 1 } }),
  'fully-connected'({ add, weight }, { name, inputs }) {
    const arrays = [weight(`${name}/weights`), weight(`${name}/bias`)]
    add({ operator: 'Gemm', name, inputs: [inputs[0]!, ...arrays], output: name, attributes: { transB: 1 } })
  },
}

/** Adds the nodes of one layer; its output has the layer's name. */
export function writeOnnxLayer(build: OnnxBuild, layer: Layer): void {
  // The table has a writer of the layer's own kind; the compiler does not see it while the kind is a variable.
  const write = writers[layer.kind] as Writer<LayerKind>
  write(build, layer)
}
