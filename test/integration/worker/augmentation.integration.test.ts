import { describe, expect, it } from 'vitest'
import { drawAugmentation, type AugmentationDraws } from '../../../src/common/training/augmentation.ts'
import { nativeKernels } from '../../../src/main/worker/backend/tensorflow/kernels/native-kernels.ts'
import { smallProgram } from '../../fixtures/small-program.ts'

const batchSize = 64
const inputShape: [number, number, number] = [9, 10, 3]
const indices = Int32Array.from({ length: batchSize }, (_, i) => i % 12)

const recipes = [
  { cropPadding: 4, flip: true },
  { cropPadding: 2, flip: false, normalization: 'per-channel-mean-std' },
  { cropPadding: 0, flip: true, normalization: 'per-channel-mean' },
  { cropPadding: 0, flip: false },
  { cropPadding: 4, flip: true, colourShift: 0.1 },
]

describe('augmentation', () => {
  it.each(recipes)(
    "augmentation makes of the drawn choices what the definition says, by our own operation and by TensorFlow's, to the bit: %o",
    (recipe) => {
      expect(nativeKernels(), 'registers the op').not.toBeNull()
      for (const ownKernels of ['normalization', 'none'] as const) {
        const { program, augmentedImages, recipe: resolved } = smallProgram({ inputShape }, recipe, batchSize, 12, { ownKernels })
        for (const step of [0, 5]) {
          const augmentation = drawAugmentation(resolved, batchSize, 3, 1, step)
          expect(program.augmented({ images: indices, augmentation })).toEqual(augmentedImages(indices, augmentation))
        }
        program.dispose()
      }
    },
  )

  it.each(recipes)("augmentation gives the same numbers by our own operation as by TensorFlow's, to the bit, in bf16: %o", (recipe) => {
    const [ours, theirs] = (['normalization', 'none'] as const).map((ownKernels) => {
      const { program, recipe: resolved } = smallProgram({ inputShape }, recipe, batchSize, 12, { ownKernels, precision: 'bf16' })
      const augmented = program.augmented({ images: indices, augmentation: drawAugmentation(resolved, batchSize, 3, 1, 5) })
      program.dispose()
      return augmented
    })
    expect(ours).toEqual(theirs)
  })

  it('augmentation takes the crops and shifts that it is fed, each at its image', () => {
    const { program, augmentedImages } = smallProgram({ inputShape }, { cropPadding: 4, flip: true, colourShift: 0.1 }, batchSize)
    const crops = Int32Array.from({ length: batchSize * 3 }, (_, at) => (at % 3 === 2 ? Math.floor(at / 3) % 2 : (7 * at) % 9))
    const shifts = Float32Array.from({ length: batchSize * 3 }, (_, at) => at / 10_000)
    const augmentation: AugmentationDraws = { crops, shifts }
    const augmented = program.augmented({ images: indices, augmentation })
    expect(augmented).toEqual(augmentedImages(indices, augmentation))
    expect(augmented).not.toEqual(augmentedImages(indices, { crops, shifts: null }))
    expect(augmented).not.toEqual(augmentedImages(indices, { crops: crops.map((value, at) => (at % 3 === 2 ? 1 - value : value)), shifts }))
    program.dispose()
  })
})
