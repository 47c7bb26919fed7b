import { expect, it } from 'vitest'
import { referencePass } from '../../fixtures/reference-network.ts'
import { smallProgram, unaugmented } from '../../fixtures/small-program.ts'

const batch = { images: Int32Array.of(0, 1, 2, 3, 4, 5), augmentation: unaugmented }
const kernel = 'stage2.block1.convolution1/weights'
const scale = 'stage2.block1.normalization1/scale'
const bias = 'classifier/bias'

/** TensorFlow's own update of one vector, as on a GPU, and ours. */
const kernels = ['none', 'winograd'] as const

it.each(kernels)(
  'Two steps of Nesterov’s momentum move the weights as PyTorch’s rule does, in closed form: own kernels %s',
  (ownKernels) => {
    const { program, state, recipe } = smallProgram({}, { weightDecay: 0.01, nesterov: true }, 6, 12, { ownKernels })
    let weights = Float64Array.from(state.get(kernel)!)
    let momentum = new Float64Array(weights.length)
    for (const learningRate of [0.1, 0.05]) {
      const gradient = program.gradients(batch).get(kernel)!
      const decayed = weights.map((value, i) => gradient[i]! + 0.01 * value)
      momentum = momentum.map((value, i) => recipe.momentum * value + decayed[i]!)
      weights = weights.map((value, i) => value - learningRate * (decayed[i]! + recipe.momentum * momentum[i]!))
      program.step(batch, learningRate)
    }
    const after = program.state()
    program.dispose()
    expect(largestDifference(after.get(kernel)!, weights)).toBeLessThan(1e-6)
    expect(largestDifference(after.get(`momentum/${kernel}`)!, momentum)).toBeLessThan(1e-6)
  },
)

it.each(kernels)('Weight decay on weights leaves BN and biases alone, and weight decay on all does not: own kernels %s', (ownKernels) => {
  const decayOf = (weightDecayOn: 'all' | 'weights', name: string) => {
    const { program, state } = smallProgram({}, { weightDecay: 0.5, weightDecayOn }, 6, 12, { ownKernels })
    const gradient = program.gradients(batch).get(name)!
    // At a rate of 1 the first update is the gradient and the decay.
    program.step(batch, 1)
    const after = program.state().get(name)!
    program.dispose()
    const before = state.get(name)!
    return { decay: before.map((value, i) => value - after[i]! - gradient[i]!), half: before.map((value) => value / 2) }
  }
  for (const name of [kernel, scale, bias]) {
    const all = decayOf('all', name)
    expect(largestDifference(all.decay, all.half), name).toBeLessThan(1e-6)
    const weights = decayOf('weights', name)
    expect(largestDifference(weights.decay, name === kernel ? weights.half : weights.half.map(() => 0)), name).toBeLessThan(1e-6)
  }
})

it('Label smoothing has the loss and the gradient of a target that is spread over all classes', () => {
  const share = 0.2
  const { program, network, state, recipe, images, labels } = smallProgram({}, { labelSmoothing: share })
  const { logits } = referencePass(network, state, images(batch.images), { training: true, epsilon: recipe.batchNormEpsilon })
  const { classes } = network.design
  let loss = 0
  const gradient = new Float64Array(classes)
  for (const image of batch.images) {
    const scores = logits.values.subarray(image * classes, (image + 1) * classes)
    const sum = scores.reduce((total, score) => total + Math.exp(score), 0)
    scores.forEach((score, k) => {
      const target = share / classes + (labels[image] === k ? 1 - share : 0)
      loss -= (target * (score - Math.log(sum))) / batch.images.length
      gradient[k]! += (Math.exp(score) / sum - target) / batch.images.length
    })
  }
  expect(largestDifference(program.gradients(batch).get(bias)!, gradient)).toBeLessThan(1e-5)
  expect(program.step(batch, 0.1).loss).toBeCloseTo(loss, 4)
  program.dispose()
})

function largestDifference(a: ArrayLike<number>, b: ArrayLike<number>): number {
  return Math.max(...Array.from(a, (value, i) => Math.abs(value - b[i]!)))
}
