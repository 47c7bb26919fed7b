import type { LayerOf } from '../../../../../common/network/graph/layer.ts'
import { statisticNames } from '../../../../../common/network/state-names.ts'
import { attr, type Tensor } from '../graph/graph.ts'
import { computeType, type InferenceBuild, type LayerBuild, type Trained } from './build.ts'

/**
 * Trains BN over batch, height and width (Ioffe and Szegedy 2015): [batch, height, width, channels] -> the same shape. Activations may be
 * bf16; scale, offset and statistics are fp32 [channels].
 * The running variance takes the unbiased variance of the batch, as the BN paper and PyTorch do.
 */
export function trainBatchNormalization(build: LayerBuild, layer: LayerOf<'batch-normalization'>, x: Tensor): Trained {
  if (build.normalizesBy === 'running') return frozenBatchNormalization(build, layer, x)
  const { graph } = build
  const scale = build.value(`${layer.name}/scale`)
  const offset = build.value(`${layer.name}/offset`)
  const channels = scale.shape
  const attributes = {
    ...computeType(build),
    U: attr.type('DT_FLOAT'),
    epsilon: attr.float(build.batchNormEpsilon),
    data_format: attr.string('NHWC'),
    is_training: attr.bool(true),
  }
  const empty = graph.emptyFloats()
  const forward = graph.node('FusedBatchNormV3', [x, scale, offset, empty, empty], { ...attributes, exponential_avg_factor: attr.float(1) })
  const output = (index: number): Tensor => ({ ref: `${forward}:${index}`, dtype: 'DT_FLOAT', shape: channels })
  const names = statisticNames(layer)
  build.onBatchStatistic(names.mean, output(1))
  build.onBatchStatistic(names.variance, output(2))
  return {
    output: { ref: forward, dtype: build.compute, shape: x.shape },
    backward(gradient) {
      const backward = graph.node('FusedBatchNormGradV3', [gradient, x, scale, output(3), output(4), output(5)], attributes)
      build.onGradient(`${layer.name}/scale`, { ref: `${backward}:1`, dtype: 'DT_FLOAT', shape: channels })
      build.onGradient(`${layer.name}/offset`, { ref: `${backward}:2`, dtype: 'DT_FLOAT', shape: channels })
      return [{ ref: backward, dtype: build.compute, shape: x.shape }]
    },
  }
}

/** Applies BN with running statistics, which are constants on the way back: [batch, height, width, channels] -> the same. */
export function frozenBatchNormalization(build: LayerBuild, layer: LayerOf<'batch-normalization'>, x: Tensor): Trained {
  const { graph } = build
  const { factor } = foldBatchNormalization(build, layer)
  return {
    output: inferBatchNormalization(build, layer, x),
    backward: (gradient) => [graph.cast(graph.binary('Mul', graph.cast(gradient, 'DT_FLOAT'), factor, x.shape), build.compute)],
  }
}

/** Infers BN with running statistics where no convolution takes it in: computed in fp32, [batch, height, width, channels] -> the same. */
export function inferBatchNormalization(build: InferenceBuild, layer: LayerOf<'batch-normalization'>, x: Tensor): Tensor {
  const { graph } = build
  const { factor, bias } = foldBatchNormalization(build, layer)
  const scaled = graph.binary('Mul', graph.cast(x, 'DT_FLOAT'), factor, x.shape)
  return graph.cast(graph.binary('AddV2', scaled, bias, x.shape), build.compute)
}

/**
 * Folds BN with running statistics, which is an affine map of each channel, into the convolution before it.
 * @returns factor for the convolution's filters and the bias that remains, fp32 [channels]
 */
export function foldBatchNormalization(
  build: Pick<LayerBuild, 'graph' | 'value' | 'batchNormEpsilon'>,
  layer: LayerOf<'batch-normalization'>,
): { factor: Tensor; bias: Tensor } {
  const { graph } = build
  const names = statisticNames(layer)
  const variance = graph.binary('AddV2', build.value(names.variance), graph.float(build.batchNormEpsilon))
  const factor = graph.binary('Mul', build.value(`${layer.name}/scale`), graph.unary('Rsqrt', variance)) // [channels]
  const shift = graph.binary('Mul', build.value(names.mean), factor) // [channels]
  return { factor, bias: graph.binary('Sub', build.value(`${layer.name}/offset`), shift) }
}
