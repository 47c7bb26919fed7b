import { describe, expect, it } from 'vitest'
import { buildNetwork } from '../../../../src/common/network/network.ts'
import { resolveRecipe } from '../../../../src/common/training/recipes.ts'
import { buildProgramGraph } from '../../../../src/main/worker/backend/tensorflow/program/program-graph.ts'

/**
 * Those that a network like ours could take. TensorFlow's source names more: every caller of OpDeterminismRequired that ends in an
 * error.
 */
const refused = [
  'SoftmaxCrossEntropyWithLogits',
  'SparseSoftmaxCrossEntropyWithLogits',
  'FusedBatchNormGrad',
  'FusedBatchNormGradV2',
  'UnsortedSegmentSum',
  'SegmentSum',
  'Bincount',
  'DenseBincount',
  'MaxPoolGradWithArgmax',
  'DepthwiseConv2dNativeBackpropFilter',
  'DepthwiseConv2dNativeBackpropInput',
  'CropAndResize',
  'ResizeBilinearGrad',
]

describe('the program of a GPU', () => {
  it.each(['fp32', 'bf16'] as const)(
    'the program of a GPU in %s takes no operation that TensorFlow refuses to run there when runs are to be repeatable',
    (precision) => {
      const network = buildNetwork({ family: 'residual', n: 2, shortcut: 'B', widths: [16, 32, 64], inputShape: [32, 32, 3], classes: 10 })
      const recipe = resolveRecipe('paper-cifar10', { colourShift: 0.1 })
      const { graph } = buildProgramGraph({
        network,
        recipe,
        precision,
        imageCount: 1000,
        evaluationBatchSize: 100,
        ownKernels: 'none',
      })
      const ops = new Set([...graph.toSavedModelText().matchAll(/ op: "(\w+)"/g)].map(([, op]) => op!))
      expect(ops).toContain('FusedBatchNormGradV3')
      expect(refused.filter((op) => ops.has(op))).toEqual([])
      expect(
        [...ops].filter((op) => op.startsWith('Skiplab')),
        'our own are for the CPU',
      ).toEqual([])
    },
  )
})
