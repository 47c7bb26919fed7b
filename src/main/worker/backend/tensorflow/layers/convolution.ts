import type { LayerOf } from '../../../../../common/network/graph/layer.ts'
import { attr, type Attribute, type Graph, type Tensor } from '../graph/graph.ts'
import { batched, computeType, takesOwnConvolutions, type InferenceBuild, type LayerBuild, type Trained } from './build.ts'
import { ofPickedPixels, pickPixels, picksPixelsFirst, trainPickPixels } from './narrow-projection.ts'
import { cutPadding, padSymmetrically } from './padding.ts'

/**
 * Makes the attributes of a convolution with symmetric padding, as in Caffe and PyTorch. TensorFlow's SAME agrees at stride 1 only; at
 * stride 2 it pads below and to the right alone, which would be another network. There an op of its own pads zeros: oneDNN has no
 * backward kernels for EXPLICIT padding, and Eigen's are ten times slower in bf16.
 */
function attributes(build: Pick<LayerBuild, 'compute'>, layer: LayerOf<'convolution'>): Record<string, Attribute> {
  const { stride, padding } = layer.attributes
  const algorithm = padding > 0 && stride === 1 ? 'SAME' : 'VALID'
  return {
    ...computeType(build),
    strides: attr.ints([1, stride, stride, 1]),
    data_format: attr.string('NHWC'),
    dilations: attr.ints([1, 1, 1, 1]),
    padding: attr.string(algorithm),
  }
}

function padded(build: Pick<LayerBuild, 'graph' | 'compute'>, layer: LayerOf<'convolution'>, x: Tensor): Tensor {
  const { stride, padding } = layer.attributes
  return padding === 0 || stride === 1 ? x : padSymmetrically(build, layer, x)
}

/** The epilogue of a convolution in inference: what follows it in the same op. */
export interface ConvolutionEpilogue {
  /** fp32 [out]; left out where no BN is folded in. */
  readonly bias?: Tensor
  /** Added to the output, whose shape it has. */
  readonly shortcut?: Tensor | undefined
  readonly relu: boolean
  /** Whether moments of the response, which is what follows the bias, are computed. */
  readonly withMoments: boolean
}

export interface InferredConvolution {
  /** [batch, ceil(height / stride), ceil(width / stride), out] */
  readonly output: Tensor
  /** Mean and variance of each image's response: fp32 [2, batch]. */
  readonly moments: Tensor | undefined
}

type ConvolutionBuild = Pick<InferenceBuild, 'graph' | 'compute' | 'ownKernels'>

/** Convolves [batch, height, width, in] with [kernel, kernel, in, out] and applies the epilogue. */
export function inferConvolution(
  build: ConvolutionBuild,
  layer: LayerOf<'convolution'>,
  x: Tensor,
  weights: Tensor,
  epilogue: ConvolutionEpilogue,
): InferredConvolution {
  if (picksPixelsFirst(layer)) return inferConvolution(build, ofPickedPixels(layer), pickPixels(build, layer, x), weights, epilogue)
  const { graph } = build
  if (takesOwnInference(build, layer)) return ownConvolution(build, layer, x, weights, { epilogue })
  // TensorFlow's optimizer makes one op of these.
  const y = convolvePadded(build, layer, padded(build, layer, x), weights)
  const response = epilogue.bias ? biased(build, y, epilogue.bias) : y
  const added = epilogue.shortcut ? graph.binary('AddV2', response, epilogue.shortcut) : response
  return {
    output: epilogue.relu ? graph.unary('Relu', added) : added,
    moments: epilogue.withMoments ? momentsOf(graph, response) : undefined,
  }
}

/** Computes mean and variance of each image's values: [batch, height, width, channels] -> fp32 [2, batch]. */
export function momentsOf(graph: Graph, response: Tensor): Tensor {
  const values = graph.cast(response, 'DT_FLOAT')
  const axes = [1, 2, 3]
  const mean = graph.mean(values, axes)
  // About the batch's mean, a scalar: subtracting each image's own takes longer.
  const centre = graph.mean(mean, [0])
  const spread = graph.mean(graph.binary('SquaredDifference', values, centre), axes)
  return graph.pack([mean, graph.binary('Sub', spread, graph.binary('SquaredDifference', mean, centre))], 'moments')
}

/**
 * Tells whether our own op trains it, by the shape alone, so that runs repeat to the bit: 3x3 with stride 1, where Winograd's algorithm
 * saves three of four multiplications, and others of at least 64 filters where oneDNN was measured to be no faster.
 */
function takesOwnTraining(build: Pick<LayerBuild, 'ownKernels' | 'compute'>, layer: LayerOf<'convolution'>): boolean {
  const { kernel, stride, padding } = layer.attributes
  const [channels, filters] = [layer.inputShape[2]!, layer.outputShape[2]!]
  if (!takesOwnConvolutions(build) || filters % 16 !== 0) return false
  if (kernel === 3 && stride === 1 && padding === 1 && channels % 16 === 0) return true
  if (filters < 64) return false
  if (build.ownKernels === 'wide') return isWide(build, layer)
  return build.ownKernels === 'all' && isSlowElsewhere(build, layer)
}

/**
 * With AVX-512 oneDNN was measured to take longer for strides, up to twice as long where it has to pad, and for 1x1 layers of 512² weights
 * or more. In fp32 it is ahead in strided 3x3 layers of large maps.
 */
function isWide(
  { compute }: Pick<LayerBuild, 'compute'>,
  { attributes: { kernel, stride }, inputShape, outputShape }: LayerOf<'convolution'>,
): boolean {
  const [height, width, filters] = outputShape
  const channels = inputShape[2]!
  if (channels < 64 || channels % 16 !== 0) return false
  if (stride === 1) return kernel === 1 && channels * filters! >= 512 * 512
  return kernel === 1 ? channels >= 128 : compute === 'DT_BFLOAT16' || height * width! <= 64
}

/** With AVX2 oneDNN is faster in fp32 for few input channels alone. */
function isSlowElsewhere(
  { compute }: Pick<LayerBuild, 'compute'>,
  { attributes: { kernel }, inputs, inputShape }: LayerOf<'convolution'>,
): boolean {
  const channels = inputShape[2]!
  if (inputs[0] === 'input') return compute === 'DT_BFLOAT16'
  return channels % 16 === 0 && (compute === 'DT_BFLOAT16' || channels > 64 || (kernel > 1 && channels === 64))
}

/**
 * Tells whether our own op infers with it: wherever it can, since it sums up moments of the response as outputs pass by, with the same
 * outputs as without.
 */
function takesOwnInference(build: Pick<LayerBuild, 'ownKernels'>, { outputShape }: LayerOf<'convolution'>): boolean {
  return takesOwnConvolutions(build) && outputShape[2]! % 16 === 0
}

/** Adds our own op: the convolution or, `transposed`, the way of its output's gradient back to its input. */
function ownConvolution(
  { graph }: Pick<LayerBuild, 'graph'>,
  layer: LayerOf<'convolution'>,
  x: Tensor,
  weights: Tensor,
  { transposed = false, training = false, epilogue }: { transposed?: boolean; training?: boolean; epilogue?: ConvolutionEpilogue } = {},
): InferredConvolution {
  const [height, width, channels] = transposed ? layer.inputShape : layer.outputShape
  const biases = epilogue?.bias ? [epilogue.bias] : []
  const shortcuts = epilogue?.shortcut ? [epilogue.shortcut] : []
  const observations = epilogue?.withMoments ? 1 : 0
  const node = graph.node('SkiplabConvolve', [x, weights, ...biases, ...shortcuts], {
    T: attr.type(x.dtype),
    stride: attr.int(layer.attributes.stride),
    padding: attr.int(layer.attributes.padding),
    training: attr.bool(training && biases.length === 0),
    transposed: attr.bool(transposed),
    height: attr.int(height),
    width: attr.int(width!),
    biases: attr.int(biases.length),
    shortcuts: attr.int(shortcuts.length),
    relu: attr.bool(epilogue?.relu ?? false),
    observations: attr.int(observations),
  })
  return {
    output: { ref: node, dtype: x.dtype, shape: [x.shape[0]!, height, width!, channels!] },
    moments: observations ? { ref: `${node}:1`, dtype: 'DT_FLOAT', shape: [2, x.shape[0]!] } : undefined,
  }
}

function trainOwn(build: LayerBuild, layer: LayerOf<'convolution'>, name: string, x: Tensor): Trained {
  const { graph } = build
  const weights = build.value(name) // [kernel, kernel, in, out]
  const { kernel, stride, padding } = layer.attributes
  const attributes = { ...computeType(build), kernel: attr.int(kernel), stride: attr.int(stride), padding: attr.int(padding) }
  return {
    output: ownConvolution(build, layer, x, weights, {
      training: true,
      epilogue: { ...biasOf(build, layer), relu: false, withMoments: false },
    }).output,
    backward(gradient, needed) {
      biasGradient(build, layer, gradient)
      build.onGradient(name, graph.op('SkiplabConvolveFilterGrad', [x, gradient], attributes, build.compute, weights.shape))
      return [needed[0] ? ownConvolution(build, layer, gradient, weights, { transposed: true, training: true }).output : null]
    },
  }
}

function convolvePadded(
  build: Pick<LayerBuild, 'graph' | 'compute'>,
  layer: LayerOf<'convolution'>,
  input: Tensor,
  weights: Tensor,
): Tensor {
  return build.graph.op('Conv2D', [input, weights], attributes(build, layer), build.compute, batched(input.shape[0]!, layer))
}

function biased(build: Pick<LayerBuild, 'graph' | 'compute'>, y: Tensor, bias: Tensor): Tensor {
  const attributes = { ...computeType(build), data_format: attr.string('NHWC') }
  return build.graph.op('BiasAdd', [y, build.graph.cast(bias, build.compute)], attributes, build.compute, y.shape)
}

/** Gives the layer's own bias, fp32 [out]; nothing where it has none. */
export function biasOf(build: Pick<LayerBuild, 'value'>, layer: LayerOf<'convolution'>): { bias?: Tensor } {
  return layer.attributes.bias === null ? {} : { bias: build.value(`${layer.name}/bias`) }
}

function addBias(build: LayerBuild, layer: LayerOf<'convolution'>, y: Tensor): Tensor {
  const { bias } = biasOf(build, layer)
  return bias ? biased(build, y, bias) : y
}

/**
 * Sums the output's gradient over batch, height and width: [batch, height, width, out] -> fp32 [out]. In fp32, because TensorFlow sums
 * bf16 in bf16: over the pixels of six images of 64x64 up to 70 % are lost.
 */
function biasGradient(build: LayerBuild, layer: LayerOf<'convolution'>, gradient: Tensor): void {
  if (layer.attributes.bias === null) return
  const { graph } = build
  const attributes = { T: attr.type('DT_FLOAT'), data_format: attr.string('NHWC') }
  const values = graph.cast(gradient, 'DT_FLOAT')
  build.onGradient(`${layer.name}/bias`, graph.op('BiasAddGrad', [values], attributes, 'DT_FLOAT', [gradient.shape[3]!]))
}

function trainOfPickedPixels(build: LayerBuild, layer: LayerOf<'convolution'>, x: Tensor): Trained {
  const picked = trainPickPixels(build, layer, x)
  const convolved = trainConvolution(build, ofPickedPixels(layer), picked.output)
  return {
    output: convolved.output,
    backward(gradient, needed) {
      const [toPicked] = convolved.backward(gradient, needed)
      return toPicked ? picked.backward(toPicked, needed) : [null]
    },
  }
}

export function trainConvolution(build: LayerBuild, layer: LayerOf<'convolution'>, x: Tensor): Trained {
  if (picksPixelsFirst(layer)) return trainOfPickedPixels(build, layer, x)
  const { graph } = build
  const name = `${layer.name}/weights`
  if (takesOwnTraining(build, layer)) return trainOwn(build, layer, name, x)
  const weights = build.value(name) // [kernel, kernel, in, out]
  const input = padded(build, layer, x)
  return {
    output: addBias(build, layer, convolvePadded(build, layer, input, weights)),
    backward(gradient, needed) {
      biasGradient(build, layer, gradient)
      const weightGradient = graph.op(
        'Conv2DBackpropFilter',
        [input, graph.ints(weights.shape), gradient],
        attributes(build, layer),
        build.compute,
        weights.shape,
      )
      build.onGradient(name, weightGradient)
      if (!needed[0]) return [null]
      const inputGradient = graph.op(
        'Conv2DBackpropInput',
        [graph.ints(input.shape), weights, gradient],
        attributes(build, layer),
        build.compute,
        input.shape,
      )
      if (input === x) return [inputGradient]
      return [cutPadding(build, layer, inputGradient, x.shape)]
    },
  }
}
