import type { LayerOf } from '../../../../../common/network/graph/layer.ts'
import { attr, type Attribute, type Tensor } from '../graph/graph.ts'
import { batched, computeType, type LayerBuild, type Trained } from './build.ts'
import { cutPadding, padSymmetrically } from './padding.ts'

type Build = Pick<LayerBuild, 'graph' | 'compute'>

/** Below every number of fp32 and bf16 that a network computes with. */
const lowest = -3e38

/**
 * Pads symmetrically, as Caffe and PyTorch do; TensorFlow's SAME would pad below and to the right alone. The padding is lower than any
 * number, so that it is never the largest: [batch, height, width, channels] -> the same, padded.
 */
function padded(build: Build, layer: LayerOf<'max-pooling'>, x: Tensor): Tensor {
  return layer.attributes.padding === 0 ? x : padSymmetrically(build, layer, x, build.graph.cast(build.graph.float(lowest), build.compute))
}

function poolAttributes(build: Build, { attributes: { kernel, stride } }: LayerOf<'max-pooling'>): Record<string, Attribute> {
  return {
    ...computeType(build),
    ksize: attr.ints([1, kernel, kernel, 1]),
    strides: attr.ints([1, stride, stride, 1]),
    padding: attr.string('VALID'),
    data_format: attr.string('NHWC'),
  }
}

/** Takes the largest number of each window: [batch, height, width, channels] -> [batch, height / stride, width / stride, channels] */
export function maxPooling(build: Build, layer: LayerOf<'max-pooling'>, x: Tensor): Tensor {
  return pool(build, layer, padded(build, layer, x))
}

function pool(build: Build, layer: LayerOf<'max-pooling'>, input: Tensor): Tensor {
  return build.graph.op('MaxPool', [input], poolAttributes(build, layer), build.compute, batched(input.shape[0]!, layer))
}

export function trainMaxPooling(build: Build, layer: LayerOf<'max-pooling'>, x: Tensor): Trained {
  const { graph } = build
  const input = padded(build, layer, x)
  const output = pool(build, layer, input)
  return {
    output,
    backward(gradient, needed) {
      if (!needed[0]) return [null]
      const whole = graph.op('MaxPoolGrad', [input, output, gradient], poolAttributes(build, layer), build.compute, input.shape)
      if (input === x) return [whole]
      return [cutPadding(build, layer, whole, x.shape)]
    },
  }
}
