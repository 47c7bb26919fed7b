import { describe, expect, it } from 'vitest'
import { nativeKernels } from '../../../src/main/worker/backend/tensorflow/kernels/native-kernels.ts'
import { smallProgram } from '../../fixtures/small-program.ts'

const batchSize = 64

function drawn(recipe: Record<string, unknown>, steps: number, seed = 1) {
  const small = smallProgram({ inputShape: [9, 10, 3] }, recipe, batchSize)
  const indices = Int32Array.from({ length: batchSize }, (_, i) => i % 12)
  const draws = Array.from({ length: steps }, (_, step) => small.program.augmented({ indices, seed: [seed, step] }))
  return { ...small, indices, draws }
}

describe('augmentation', () => {
  it('uses all 81 crop offsets about equally often and mirrors about half', () => {
    const { program, draws } = drawn({ cropPadding: 4, flip: true }, 150)
    const offsets = new Map<string, number>()
    let mirrored = 0
    for (const { choices } of draws) {
      for (let image = 0; image < batchSize; image++) {
        const [row, column, mirror] = choices.subarray(image * 3, image * 3 + 3)
        offsets.set(`${row},${column}`, (offsets.get(`${row},${column}`) ?? 0) + 1)
        mirrored += mirror!
      }
    }
    const total = 150 * batchSize
    expect(offsets.size).toBe(81)
    const chiSquare = [...offsets.values()].reduce((sum, count) => sum + (count - total / 81) ** 2 / (total / 81), 0)
    expect(chiSquare).toBeLessThan(124.8) // 99.9 % quantile at 80 degrees of freedom
    expect(Math.abs(mirrored / total - 0.5)).toBeLessThan(4 * Math.sqrt(0.25 / total))
    program.dispose()
  })

  it('crops the zero-padded, mean-subtracted image at the drawn offset and mirrors it', () => {
    const { program, indices, draws, images, network } = drawn({ cropPadding: 3, flip: true }, 1)
    const [height, width, channels] = network.design.inputShape
    const source = images(indices)
    const { images: augmented, choices } = draws[0]!
    for (let image = 0; image < batchSize; image++) {
      const [row, column, mirror] = choices.subarray(image * 3, image * 3 + 3) as unknown as [number, number, number]
      for (let i = 0; i < height; i++)
        for (let j = 0; j < width; j++) {
          const fromRow = i + row - 3
          const fromColumn = (mirror ? width - 1 - j : j) + column - 3
          const inside = fromRow >= 0 && fromRow < height && fromColumn >= 0 && fromColumn < width
          for (let c = 0; c < channels; c++) {
            const expected = inside ? source.values[((image * height + fromRow) * width + fromColumn) * channels + c]! : 0
            expect(augmented[((image * height + i) * width + j) * channels + c]!).toBeCloseTo(expected, 5)
          }
        }
    }
    program.dispose()
  })

  it('is a function of seed and step', () => {
    const first = drawn({ cropPadding: 4, flip: true }, 2)
    const again = drawn({ cropPadding: 4, flip: true }, 2)
    const other = drawn({ cropPadding: 4, flip: true }, 2, 2)
    expect(again.draws[1]!.choices).toEqual(first.draws[1]!.choices)
    expect(first.draws[0]!.choices).not.toEqual(first.draws[1]!.choices)
    expect(other.draws[0]!.choices).not.toEqual(first.draws[0]!.choices)
    for (const { program } of [first, again, other]) program.dispose()
  })

  it('shifts each colour channel of an image as a whole, up to the bound', () => {
    const { program, indices, draws, images, network, recipe } = drawn({ cropPadding: 0, flip: false, colourShift: 0.1, normalization: 'per-channel-mean' }, 4)
    const [height, width, channels] = network.design.inputShape
    const source = images(indices)
    const shifts: number[] = []
    for (const { images: augmented } of draws) {
      for (let image = 0; image < batchSize; image++)
        for (let c = 0; c < channels; c++) {
          const at = (pixel: number) => (image * height * width + pixel) * channels + c
          const shift = augmented[at(0)]! - source.values[at(0)]!
          for (let pixel = 1; pixel < height * width; pixel++) expect(augmented[at(pixel)]! - source.values[at(pixel)]!).toBeCloseTo(shift, 5)
          shifts.push(shift)
        }
    }
    const largest = Math.max(...shifts.map(Math.abs))
    expect(recipe.colourShift).toBe(0.1)
    expect(largest).toBeLessThanOrEqual(0.1 * 2 + 1e-6) // in units of the normalised image: inverseStd is below 2
    expect(largest).toBeGreaterThan(0.1)
    expect(Math.abs(shifts.reduce((sum, shift) => sum + shift, 0) / shifts.length)).toBeLessThan(0.02)
    program.dispose()
  })

  for (const precision of ['fp32', 'bf16'] as const)
    it.each([
      { cropPadding: 4, flip: true },
      { cropPadding: 2, flip: false, normalization: 'per-channel-mean-std' },
      { cropPadding: 0, flip: true, normalization: 'per-channel-mean' },
      { cropPadding: 0, flip: false },
      { cropPadding: 4, flip: true, colourShift: 0.1 },
    ])(`gives the same numbers by our own operation as by TensorFlow's, to the bit, in ${precision}: %o`, (recipe) => {
      const [ours, theirs] = (['normalization', 'none'] as const).map((ownKernels) => {
        const { program } = smallProgram({ inputShape: [9, 10, 3] }, recipe, batchSize, 12, { ownKernels, precision })
        const augmented = program.augmented({ indices: Int32Array.from({ length: batchSize }, (_, i) => i % 12), seed: [1, 5] })
        program.dispose()
        return augmented
      })
      expect(nativeKernels(), 'registers the op').not.toBeNull()
      expect(ours).toEqual(theirs)
    })
})
