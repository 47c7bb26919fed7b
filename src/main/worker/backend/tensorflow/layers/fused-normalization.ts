import type { LayerOf } from '../../../../../common/network/graph/layer.ts'
import { statisticNames } from '../../../../../common/network/state-names.ts'
import { attr, type Tensor } from '../graph/graph.ts'
import { computeType, type LayerBuild, type Trained } from './build.ts'

/**
 * Trains BN, then the shortcut's addition, then ReLU (the last two where the network has them) as one op of our own
 * (native/normalize-ops.cc), so that activations [batch, height, width, channels] are read and written once instead of three times. The
 * numbers are those of trainBatchNormalization, trainAddition and trainReLU one after the other, except that in bf16 nothing is rounded
 * in between.
 */
export function trainFusedNormalization(
  build: LayerBuild,
  layer: LayerOf<'batch-normalization'>,
  relu: boolean,
  x: Tensor,
  shortcut: Tensor | undefined,
): Trained {
  const { graph } = build
  const scale = build.value(`${layer.name}/scale`)
  const offset = build.value(`${layer.name}/offset`)
  const shortcuts = shortcut ? [shortcut] : []
  const attributes = { ...computeType(build), relu: attr.bool(relu), shortcuts: attr.int(shortcuts.length) }
  const forward = graph.node('SkiplabNormalize', [x, scale, offset, ...shortcuts], {
    ...attributes,
    epsilon: attr.float(build.batchNormEpsilon),
  })
  const perChannel = (node: string, index: number): Tensor => ({ ref: `${node}:${index}`, dtype: 'DT_FLOAT', shape: scale.shape })
  const output: Tensor = { ref: forward, dtype: build.compute, shape: x.shape }
  const [mean, variance, inverseStd] = [1, 2, 3].map((index) => perChannel(forward, index)) as [Tensor, Tensor, Tensor]
  const names = statisticNames(layer)
  build.onBatchStatistic(names.mean, mean)
  build.onBatchStatistic(names.variance, variance)
  return {
    output,
    addsGradients: true,
    backward(gradient, _needed, otherGradient) {
      const gradients = otherGradient ? [gradient, otherGradient] : [gradient]
      const inputs = [...gradients, x, scale, offset, mean, inverseStd, ...(shortcut ? [output] : [])]
      const backward = graph.node('SkiplabNormalizeGrad', inputs, { ...attributes, gradients: attr.int(gradients.length) })
      build.onGradient(`${layer.name}/scale`, perChannel(backward, 1))
      build.onGradient(`${layer.name}/offset`, perChannel(backward, 2))
      const activations = [backward, ...shortcuts.map(() => `${backward}:3`)]
      return activations.map((ref) => ({ ref, dtype: build.compute, shape: x.shape }))
    },
  }
}
