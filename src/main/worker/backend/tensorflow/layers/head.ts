import type { LayerOf } from '../../../../../common/network/graph/layer.ts'
import { attr, type Graph, type Tensor } from '../graph/graph.ts'
import type { LayerBuild, Trained } from './build.ts'

/** Takes the mean over height and width, in fp32 from here on: [batch, height, width, channels] -> [batch, channels]. */
export function trainGlobalAveragePooling(build: LayerBuild, _layer: LayerOf<'global-average-pooling'>, x: Tensor): Trained {
  const { graph } = build
  const [batch, height, width, channels] = x.shape as [number, number, number, number]
  return {
    output: globalAveragePooling(graph, x),
    backward(gradient) {
      const share = graph.binary('Mul', gradient, graph.float(1 / (height * width)))
      const cell = graph.cast(graph.reshape(share, [batch, 1, 1, channels]), build.compute)
      const attributes = { T: attr.type(build.compute), Tidx: attr.type('DT_INT32') }
      return [graph.op('BroadcastTo', [cell, graph.ints(x.shape)], attributes, build.compute, x.shape)]
    },
  }
}

export function globalAveragePooling(graph: Graph, x: Tensor): Tensor {
  return graph.mean(graph.cast(x, 'DT_FLOAT'), [1, 2])
}

/** Computes class scores: [batch, channels] -> [batch, classes], fp32. */
export function fullyConnected(build: Pick<LayerBuild, 'graph' | 'value'>, layer: LayerOf<'fully-connected'>, x: Tensor): Tensor {
  const { graph } = build
  const product = matMul(graph, x, build.value(`${layer.name}/weights`), {})
  const attributes = { T: attr.type('DT_FLOAT'), data_format: attr.string('NHWC') }
  return graph.op('BiasAdd', [product, build.value(`${layer.name}/bias`)], attributes, 'DT_FLOAT', product.shape)
}

export function trainFullyConnected(build: LayerBuild, layer: LayerOf<'fully-connected'>, x: Tensor): Trained {
  const { graph } = build
  return {
    output: fullyConnected(build, layer, x),
    backward(gradient) {
      build.onGradient(`${layer.name}/weights`, matMul(graph, x, gradient, { transposeA: true }))
      const attributes = { T: attr.type('DT_FLOAT'), data_format: attr.string('NHWC') }
      build.onGradient(`${layer.name}/bias`, graph.op('BiasAddGrad', [gradient], attributes, 'DT_FLOAT', [gradient.shape[1]!]))
      return [matMul(graph, gradient, build.value(`${layer.name}/weights`), { transposeB: true })]
    },
  }
}

/**
 * Computes the softmax cross-entropy of each image and its gradient: losses [batch], gradient of their sum [batch, classes].
 * TensorFlow has one op for both, but refuses to run it on a GPU in repeatable runs: there other ops take its place.
 */
export function softmaxCrossEntropy(
  { graph, ownKernels }: Pick<LayerBuild, 'graph' | 'ownKernels'>,
  logits: Tensor,
  labels: Tensor,
): { losses: Tensor; gradient: Tensor } {
  const [batch, classes] = logits.shape as [number, number]
  if (ownKernels !== 'none') {
    const node = graph.node('SparseSoftmaxCrossEntropyWithLogits', [logits, labels], {
      T: attr.type('DT_FLOAT'),
      Tlabels: attr.type(labels.dtype),
    })
    return {
      losses: { ref: node, dtype: 'DT_FLOAT', shape: [batch] },
      gradient: { ref: `${node}:1`, dtype: 'DT_FLOAT', shape: [batch, classes] },
    }
  }
  const target = oneHot(graph, labels, logits.shape)
  const logProbabilities = graph.unary('LogSoftmax', logits)
  return {
    losses: graph.unary('Neg', graph.sum(graph.binary('Mul', target, logProbabilities), [1])),
    gradient: graph.binary('Sub', graph.unary('Exp', logProbabilities), target),
  }
}

/**
 * Computes the cross-entropy against targets of which a share is spread evenly over all classes (label smoothing, "Rethinking the Inception
 * Architecture", section 7): losses [batch], gradient of their sum [batch, classes].
 * @param share 0 for the plain cross-entropy, which then costs nothing more
 */
export function smoothedCrossEntropy(
  build: Pick<LayerBuild, 'graph' | 'ownKernels'>,
  logits: Tensor,
  labels: Tensor,
  share: number,
): { losses: Tensor; gradient: Tensor } {
  const plain = softmaxCrossEntropy(build, logits, labels)
  if (share === 0) return plain
  const { graph } = build
  const classes = logits.shape[1]!
  // The label's one minus the even share: what smoothing takes from the target, so that loss and gradient grow by it.
  const away = graph.binary('Sub', oneHot(graph, labels, logits.shape), graph.float(1 / classes)) // [batch, classes]
  const moved = graph.binary('Mul', away, graph.float(share))
  return {
    losses: graph.binary('AddV2', plain.losses, graph.sum(graph.binary('Mul', moved, logits), [1])),
    gradient: graph.binary('AddV2', plain.gradient, moved),
  }
}

/** 1 at each label, else 0: fp32 [batch, classes] */
function oneHot(graph: Graph, labels: Tensor, shape: readonly number[]): Tensor {
  const attributes = { T: attr.type('DT_FLOAT'), TI: attr.type(labels.dtype), axis: attr.int(-1) }
  return graph.op('OneHot', [labels, graph.int(shape[1]!), graph.float(1), graph.float(0)], attributes, 'DT_FLOAT', shape)
}

/** Gives the class with the highest score, the first of equals: int32 [batch]. */
export function predictedClasses(graph: Graph, logits: Tensor): Tensor {
  const attributes = { T: attr.type('DT_FLOAT'), Tidx: attr.type('DT_INT32'), output_type: attr.type('DT_INT32') }
  return graph.op('ArgMax', [logits, graph.int(1)], attributes, 'DT_INT32', [logits.shape[0]!])
}

/** Marks images whose predicted class is not the label's with 1, others with 0: fp32 [batch]. */
export function topOneErrors(graph: Graph, predicted: Tensor, labels: Tensor): Tensor {
  const batch = predicted.shape
  const wrong = graph.op(
    'NotEqual',
    [predicted, labels],
    { T: attr.type('DT_INT32'), incompatible_shape_error: attr.bool(true) },
    'DT_BOOL',
    batch,
  )
  return graph.cast(wrong, 'DT_FLOAT')
}

/** Marks images whose label's score is not among the five highest with 1, others with 0: fp32 [batch]. */
export function topFiveErrors(graph: Graph, logits: Tensor, labels: Tensor): Tensor {
  const batch = [logits.shape[0]!]
  const found = graph.op('InTopKV2', [logits, labels, graph.int(5)], { T: attr.type('DT_INT32') }, 'DT_BOOL', batch)
  return graph.cast(graph.op('LogicalNot', [found], {}, 'DT_BOOL', batch), 'DT_FLOAT')
}

/** Multiplies two matrices, fp32; either may be transposed before. */
export function matMul(graph: Graph, a: Tensor, b: Tensor, { transposeA = false, transposeB = false }): Tensor {
  const attributes = { T: attr.type('DT_FLOAT'), transpose_a: attr.bool(transposeA), transpose_b: attr.bool(transposeB) }
  const shape = [a.shape[transposeA ? 1 : 0]!, b.shape[transposeB ? 0 : 1]!]
  return graph.op('MatMul', [a, b], attributes, 'DT_FLOAT', shape)
}
