import type { LayerOf } from '../../../../../common/network/graph/layer.ts'
import { attr, type Attribute, type Tensor } from '../graph/graph.ts'
import { batched, computeType, type LayerBuild, type Trained } from './build.ts'
import { cutPadding, padSymmetrically } from './padding.ts'

type Build = Pick<LayerBuild, 'graph' | 'compute' | 'ownKernels'>

/** Lies below every number of fp32 and bf16 that a network computes with. */
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
  if (takesOwn(build, layer))
    return build.graph.op('SkiplabMaxPool', [x], ownAttributes(build, layer), build.compute, batched(x.shape[0]!, layer))
  return pool(build, layer, padded(build, layer, x))
}

function pool(build: Build, layer: LayerOf<'max-pooling'>, input: Tensor): Tensor {
  return build.graph.op('MaxPool', [input], poolAttributes(build, layer), build.compute, batched(input.shape[0]!, layer))
}

/** Tells whether our own op pools: it needs no op of its own for the border. */
function takesOwn({ ownKernels }: Pick<Build, 'ownKernels'>, { outputShape }: LayerOf<'max-pooling'>): boolean {
  return ownKernels !== 'none' && outputShape[2]! % 16 === 0
}

function ownAttributes(build: Build, { attributes: { kernel, stride, padding } }: LayerOf<'max-pooling'>): Record<string, Attribute> {
  return {
    ...computeType(build),
    kernel: attr.int(kernel),
    stride: attr.int(stride),
    padding: attr.int(padding),
  }
}

function trainOwn(build: Build, layer: LayerOf<'max-pooling'>, x: Tensor): Trained {
  return {
    output: maxPooling(build, layer, x),
    backward: (gradient) => [build.graph.op('SkiplabMaxPoolGrad', [x, gradient], ownAttributes(build, layer), build.compute, x.shape)],
  }
}

export function trainMaxPooling(build: Build, layer: LayerOf<'max-pooling'>, x: Tensor): Trained {
  if (takesOwn(build, layer)) return trainOwn(build, layer, x)
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
