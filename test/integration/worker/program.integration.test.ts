import { describe, expect, it } from 'vitest'
import { crossEntropy, referencePass, type Weights } from '../../fixtures/reference-network.ts'
import { drawAugmentation, type AugmentationDraws } from '../../../src/common/training/augmentation.ts'
import { evaluate } from '../../../src/main/worker/jobs/evaluation.ts'
import { residentImages } from '../../../src/main/worker/source/batches/batch-source.ts'
import { smallProgram, unaugmented } from '../../fixtures/small-program.ts'

const indices = Int32Array.of(0, 1, 2, 3, 4, 5)

describe('a step of the training program', () => {
  it('a step of the training program moves weights by momentum SGD with weight decay, in closed form over two steps', () => {
    const { program, state, recipe } = smallProgram({}, { weightDecay: 0.01 })
    const name = 'stage2.block1.convolution1/weights'
    const rates = [0.1, 0.05]
    let weights = Float64Array.from(state.get(name)!)
    let momentum = new Float64Array(weights.length)
    for (const learningRate of rates) {
      const gradient = program.gradients({ images: indices, augmentation: unaugmented }).get(name)!
      momentum = momentum.map((value, i) => recipe.momentum * value + gradient[i]! + recipe.weightDecay * weights[i]!)
      weights = weights.map((value, i) => value - learningRate * momentum[i]!)
      program.step({ images: indices, augmentation: unaugmented }, learningRate)
    }
    const after = program.state()
    expect(largestDifference(after.get(name)!, weights)).toBeLessThan(1e-6)
    expect(largestDifference(after.get(`momentum/${name}`)!, momentum)).toBeLessThan(1e-6)
    program.dispose()
  })

  it('a step of the training program moves running statistics towards the batch mean and unbiased variance', () => {
    const { program, network, state, recipe, images } = smallProgram({ shortcut: 'B' })
    const pass = referencePass(network, state, images(indices), { training: true, epsilon: recipe.batchNormEpsilon })
    program.step({ images: indices, augmentation: unaugmented }, 0.1)
    const after = program.state()
    expect(pass.batchStatistics.size).toBe(9)
    for (const [layer, { mean, variance }] of pass.batchStatistics) {
      const moved = (name: string, fresh: Float64Array) => fresh.map((value, c) => 0.9 * state.get(`${layer}/${name}`)![c]! + 0.1 * value)
      expect(largestDifference(after.get(`${layer}/running-mean`)!, moved('running-mean', mean)), layer).toBeLessThan(1e-5)
      expect(largestDifference(after.get(`${layer}/running-variance`)!, moved('running-variance', variance)), layer).toBeLessThan(1e-4)
    }
    program.dispose()
  })

  it('a step of the training program counts the images whose highest score is not their label', () => {
    const { program, network, state, recipe, images, labels } = smallProgram()
    const { logits } = referencePass(network, state, images(indices), { training: true, epsilon: recipe.batchNormEpsilon })
    const classes = network.design.classes
    const wrong = Array.from(indices).filter((index) => {
      const scores = [...logits.values.subarray(index * classes, (index + 1) * classes)]
      return scores.indexOf(Math.max(...scores)) !== labels[index]
    })
    expect(program.step({ images: indices, augmentation: unaugmented }, 0).error).toBeCloseTo(wrong.length / indices.length, 6)
    program.dispose()
  })

  it('a step of the training program wants the draws that its recipe takes, and of every image', () => {
    const { program } = smallProgram({}, { cropPadding: 2, flip: true, colourShift: 0.1 })
    const step = (augmentation: AugmentationDraws) => () => program.step({ images: indices, augmentation }, 0.1)
    expect(step(unaugmented)).toThrow("Expected 18 numbers for the batch's crops, got none")
    expect(step({ crops: new Int32Array(18), shifts: new Float32Array(3) })).toThrow(
      "Expected 18 numbers for the batch's colour shifts, got 3",
    )
    expect(step({ crops: new Int32Array(18), shifts: new Float32Array(18) })().loss).toBeGreaterThan(0)
    program.dispose()
  })

  it('a step of the training program is the same to the last bit when repeated from the same state, seed and step', () => {
    const { program, state, recipe } = smallProgram({}, { cropPadding: 2, flip: true })
    const run = () => {
      program.setState(state)
      for (let step = 0; step < 3; step++)
        program.step({ images: indices, augmentation: drawAugmentation(recipe, indices.length, 3, 5, step) }, 0.1)
      return program.state()
    }
    const first = run()
    for (const [name, values] of run()) expect(values, name).toEqual(first.get(name))
    program.dispose()
  })
})

describe('evaluation', () => {
  for (const shortcut of ['A', 'B', 'C'] as const) {
    it(`evaluation scores as the oracle does with running statistics, option ${shortcut}, the last batch being short`, () => {
      const { program, network, state, recipe, images, labels } = smallProgram({ shortcut })
      const some = Int32Array.of(3, 1, 7, 2, 9, 0, 11)
      const { logits } = inference(network, state, images(some), recipe.batchNormEpsilon)
      expect(largestDifference(program.logits(some), logits.values)).toBeLessThan(1e-4)
      const { losses, topOneErrors } = program.evaluate(some)
      const mean = losses.reduce((sum, loss) => sum + loss, 0) / some.length
      expect(mean).toBeCloseTo(
        crossEntropy(
          logits,
          Array.from(some, (index) => labels[index]!),
        ),
        4,
      )
      expect(topOneErrors.every((error) => error === 0 || error === 1)).toBe(true)
      program.dispose()
    })
  }

  it.each([1, 3, 4, 6, 8, 11])(
    'evaluation measures the spread of each response over %i images, after BN and before the nonlinearity',
    async (count) => {
      const { program, network, state, recipe, images } = smallProgram()
      const some = Int32Array.from({ length: count }, (_, index) => index)
      const { outputs } = inference(network, state, images(some), recipe.batchNormEpsilon)
      const { layers } = (await evaluate(program, { images: residentImages(Int32Array.of(...some, 11)), responseImages: count }, goOn))!
      expect(layers.map(({ layer }) => layer)).toEqual(
        network.layers.filter((layer) => layer.kind === 'convolution' && layer.attributes.role === 'main').map((layer) => layer.name),
      )
      for (const { layer, mean, std } of layers) {
        const { values } = outputs.get(layer.replace('convolution', 'normalization'))!
        const expected = values.reduce((sum, value) => sum + value, 0) / values.length
        const variance = values.reduce((sum, value) => sum + (value - expected) ** 2, 0) / values.length
        expect(mean, layer).toBeCloseTo(expected, 5)
        expect(std, layer).toBeCloseTo(Math.sqrt(variance), 5)
      }
      program.dispose()
    },
  )

  it('evaluation counts each image of a set once, however many of them give layer responses', async () => {
    const { program } = smallProgram()
    const some = Int32Array.of(3, 1, 7, 2, 9, 0, 11)
    const { losses, topOneErrors } = program.evaluate(some)
    const mean = (values: Float32Array) => values.reduce((sum, value) => sum + value, 0) / some.length
    for (const responseImages of [0, 3, 4, 7, 100]) {
      const { loss, topOneError } = (await evaluate(program, { images: residentImages(some), responseImages }, goOn))!.result
      expect(loss).toBeCloseTo(mean(losses), 5)
      expect(topOneError).toBe(mean(topOneErrors))
    }
    program.dispose()
  })

  it.each([10, 12])(
    'ranks %i classes as the oracle does: predictions, top-1 and, where there are more than ten, top-5 errors',
    async (classes) => {
      const { program, network, state, recipe, images, labels } = smallProgram({ classes })
      const some = Int32Array.from({ length: 11 }, (_, index) => index)
      const scores = inference(network, state, images(some), recipe.batchNormEpsilon).logits.values
      const higher = Array.from(some, (index) => {
        const own = scores.slice(index * classes, (index + 1) * classes)
        return own.filter((score) => score > own[labels[index]!]!).length
      })
      const evaluated = program.evaluate(some)
      expect([...evaluated.topOneErrors]).toEqual(higher.map((count) => (count > 0 ? 1 : 0)))
      expect(evaluated.topFiveErrors && [...evaluated.topFiveErrors]).toEqual(
        classes > 10 ? higher.map((count) => (count > 4 ? 1 : 0)) : null,
      )
      const { result, predictions } = (await evaluate(program, { images: residentImages(some), responseImages: 3 }, goOn))!
      expect([...predictions]).toEqual([...evaluated.predictions])
      expect(predictions.map((predicted, index) => (predicted === labels[index] ? 0 : 1))).toEqual(Int32Array.from(evaluated.topOneErrors))
      const topFive = higher.filter((count) => count > 4).length / some.length
      expect(result).toEqual({
        loss: expect.any(Number) as number,
        topOneError: higher.filter((count) => count > 0).length / some.length,
        ...(classes > 10 && { topFiveError: topFive }),
      })
      expect(topFive, 'some images are within the five highest and some are not').not.toBe(classes > 10 ? 0 : 1)
      program.dispose()
    },
  )

  it('measures no layer over no images', async () => {
    const { program } = smallProgram()
    expect((await evaluate(program, { images: residentImages(Int32Array.of(1, 2)), responseImages: 0 }, goOn))!.layers).toEqual([])
    program.dispose()
  })

  it('evaluation asks before each batch whether it may go on, and leaves off when it may not', async () => {
    const { program } = smallProgram()
    const some = Int32Array.from({ length: 10 }, (_, index) => index)
    let asked = 0
    const atMost = (limit: number) => () => Promise.resolve(++asked <= limit)
    expect(await evaluate(program, { images: residentImages(some), responseImages: 5 }, atMost(3))).toBeNull()
    expect(asked, 'two batches that give responses, one of the others').toBe(4)
    expect(await evaluate(program, { images: residentImages(some), responseImages: 5 }, atMost(8))).not.toBeNull()
    expect(asked).toBe(8)
    program.dispose()
  })
})

const goOn = () => Promise.resolve(true)

function inference(
  network: Parameters<typeof referencePass>[0],
  state: Weights,
  images: Parameters<typeof referencePass>[2],
  epsilon: number,
) {
  return referencePass(network, state, images, { training: false, epsilon })
}

function largestDifference(a: ArrayLike<number>, b: ArrayLike<number>): number {
  expect(a.length).toBe(b.length)
  return Array.from(a).reduce((largest, value, index) => Math.max(largest, Math.abs(value - b[index]!)), 0)
}
