import type { Layer, LayerOf } from '../../../../common/network/graph/layer.ts'
import type { LayerKind } from '../../../../common/network/kinds/kinds.ts'
import { statisticNames } from '../../../../common/network/state-names.ts'
import { type TensorFlowNode, value } from './tensorflow-proto.ts'

/** What a layer's nodes are made with. Feature maps are [batch, height, width, channels]. */
export interface SavedModelBuild {
  readonly batchNormEpsilon: number
  /** Adds whole numbers as an int32 constant. @returns its name */
  readonly integers: (name: string, values: readonly number[], shape?: readonly number[]) => string
  /** Adds one fp32 number. @returns its name */
  readonly number: (name: string, value: number) => string
  /** The last node has the layer's name. */
  readonly add: (node: TensorFlowNode) => void
}

type Writer<K extends LayerKind> = (build: SavedModelBuild, layer: LayerOf<K>) => void

const type = { T: value.type('fp32') }
const layout = { data_format: value.text('NHWC') }
/** Lies below every number that a network computes with. */
const lowest = -3e38

/** How each kind of layer is computed at test time, in TensorFlow. A network's arrays are constants of the same names. */
const writers: { readonly [K in LayerKind]: Writer<K> } = {
  convolution({ add }, { name, inputs, attributes: { kernel: _, stride, padding, bias } }) {
    const convolved = bias === null ? name : `${name}/convolved`
    add({
      operator: 'Conv2D',
      name: convolved,
      inputs: [inputs[0]!, `${name}/weights`],
      attributes: {
        ...type,
        ...layout,
        strides: value.integers([1, stride, stride, 1]),
        dilations: value.integers([1, 1, 1, 1]),
        // As many zeros on every side, as in Caffe and PyTorch; SAME would put more below and to the right.
        padding: value.text(padding > 0 ? 'EXPLICIT' : 'VALID'),
        ...(padding > 0 && { explicit_paddings: value.integers([0, 0, padding, padding, padding, padding, 0, 0]) }),
      },
    })
    if (bias !== null) add({ operator: 'BiasAdd', name, inputs: [convolved, `${name}/bias`], attributes: { ...type, ...layout } })
  },
  'batch-normalization'({ add, batchNormEpsilon }, layer) {
    const { mean, variance } = statisticNames(layer)
    add({
      operator: 'FusedBatchNormV3',
      name: layer.name,
      inputs: [layer.inputs[0]!, `${layer.name}/scale`, `${layer.name}/offset`, mean, variance],
      attributes: {
        ...type,
        ...layout,
        U: value.type('fp32'),
        epsilon: value.float(batchNormEpsilon),
        exponential_avg_factor: value.float(1),
        is_training: value.boolean(false),
      },
    })
  },
  relu: ({ add }, { name, inputs }) => add({ operator: 'Relu', name, inputs, attributes: type }),
  'identity-shortcut'({ add, integers }, { name, inputs, inputShape, attributes: { stride, channels, zerosBefore } }) {
    const picked = `${name}/picked`
    const bounds = ['begin', 'end'].map((bound) => integers(`${name}/${bound}`, [0, 0, 0, 0]))
    const strides = integers(`${name}/strides`, [1, stride, stride, 1])
    // All four bits: from the first to the last of every axis.
    const masks = { begin_mask: value.integer(15), end_mask: value.integer(15) }
    add({
      operator: 'StridedSlice',
      name: picked,
      inputs: [inputs[0]!, ...bounds, strides],
      attributes: { ...type, Index: value.type('int32'), ...masks },
    })
    const behind = channels - inputShape[2]! - zerosBefore
    const paddings = integers(`${name}/paddings`, [0, 0, 0, 0, 0, 0, zerosBefore, behind], [4, 2])
    add({ operator: 'Pad', name, inputs: [picked, paddings], attributes: { ...type, Tpaddings: value.type('int32') } })
  },
  addition: ({ add }, { name, inputs }) => add({ operator: 'AddV2', name, inputs, attributes: type }),
  'gated-addition'({ add }, { name, inputs: [transformed, shortcut, gate] }) {
    const [opened, difference, moved] = ['opened', 'difference', 'moved'].map((part) => `${name}/${part}`) as [string, string, string]
    add({ operator: 'Sigmoid', name: opened, inputs: [gate!], attributes: type })
    add({ operator: 'Sub', name: difference, inputs: [transformed!, shortcut!], attributes: type })
    add({ operator: 'Mul', name: moved, inputs: [opened, difference], attributes: type })
    add({ operator: 'AddV2', name, inputs: [shortcut!, moved], attributes: type })
  },
  'stochastic-depth'({ add, number }, { name, inputs, attributes: { survival } }) {
    add({ operator: 'Mul', name, inputs: [inputs[0]!, number(`${name}/survival`, survival)], attributes: type })
  },
  'max-pooling'({ add, integers, number }, { name, inputs, attributes: { kernel, stride, padding } }) {
    const padded = padding === 0 ? inputs[0]! : `${name}/padded`
    if (padding > 0) {
      const paddings = integers(`${name}/paddings`, [0, 0, padding, padding, padding, padding, 0, 0], [4, 2])
      add({
        operator: 'PadV2',
        name: padded,
        inputs: [inputs[0]!, paddings, number(`${name}/lowest`, lowest)],
        attributes: { ...type, Tpaddings: value.type('int32') },
      })
    }
    const window = { ksize: value.integers([1, kernel, kernel, 1]), strides: value.integers([1, stride, stride, 1]) }
    add({ operator: 'MaxPool', name, inputs: [padded], attributes: { ...type, ...layout, ...window, padding: value.text('VALID') } })
  },
  'global-average-pooling'({ add, integers }, { name, inputs }) {
    const attributes = { ...type, Tidx: value.type('int32'), keep_dims: value.boolean(false) }
    add({ operator: 'Mean', name, inputs: [inputs[0]!, integers(`${name}/axes`, [1, 2])], attributes })
  },
  flatten({ add, integers }, { name, inputs, outputShape }) {
    const attributes = { ...type, Tshape: value.type('int32') }
    add({ operator: 'Reshape', name, inputs: [inputs[0]!, integers(`${name}/shape`, [-1, outputShape[0]])], attributes })
  },
  'fully-connected'({ add }, { name, inputs }) {
    const multiplied = `${name}/multiplied`
    const attributes = { ...type, transpose_a: value.boolean(false), transpose_b: value.boolean(false) }
    add({ operator: 'MatMul', name: multiplied, inputs: [inputs[0]!, `${name}/weights`], attributes })
    add({ operator: 'BiasAdd', name, inputs: [multiplied, `${name}/bias`], attributes: { ...type, ...layout } })
  },
}

/** Adds the nodes of one layer; the last of them has the layer's name. */
export function writeSavedModelLayer(build: SavedModelBuild, layer: Layer): void {
  // The table has a writer of the layer's own kind; the compiler does not see it while the kind is a variable.
  const write = writers[layer.kind] as Writer<LayerKind>
  write(build, layer)
}
