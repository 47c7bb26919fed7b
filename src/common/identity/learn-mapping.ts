import { Random } from '../training/random.ts'
import { addGradient, convolve, l1Loss, padded, valueCount } from './one-convolution.ts'

/** What the layer learns to give: zeros, as a block with a shortcut must to be the identity, or its input, as one without must. */
export const mappings = ['zero', 'identity'] as const
export type Mapping = (typeof mappings)[number]

/** The review gives neither batch nor learning rate; these come near its 3.5 and 10 epochs. Adam has PyTorch's defaults. */
export const identitySetting = {
  batchSize: 16,
  stepsPerEpoch: 100,
  learningRate: 0.001,
  /** Learning ends here, reached or not. */
  mostEpochs: 16,
  /** The loss that counts as learned. */
  learnedLoss: 0.01,
  /** Measurements of the loss in an epoch. */
  measuredPerEpoch: 10,
  measuredInputs: 64,
} as const

/** What is seen of a layer as it learns. */
export interface Snapshot {
  readonly epoch: number
  /** Mean L1 loss over inputs that it does not train on. */
  readonly loss: number
  /** Nine, row by row. */
  readonly weights: readonly number[]
  /** For `LearnedMapping.shownInput`, row by row. */
  readonly output: readonly number[]
}

export interface LearnedMapping {
  readonly mapping: Mapping
  readonly seed: number
  /** Epochs until the loss was below 0.01, in tenths; null when it never was: ReLU may be closed for every input from the start. */
  readonly epochs: number | null
  /** From before the first step, ten an epoch. */
  readonly snapshots: readonly Snapshot[]
  readonly shownInput: readonly number[]
}

/**
 * Trains one 3x3 convolution with ReLU by Adam on the L1 loss, from weights uniform in ±1/3 (PyTorch's default). Inputs are standard
 * normal, so that closing ReLU for all of them is no way to zero; of the input the layer is to give what ReLU lets pass. An epoch is
 * a pass over 1,600 inputs. Initial weights and inputs are functions of the seed alone, equal for both mappings.
 */
export function learnMapping(mapping: Mapping, seed: number): LearnedMapping {
  const { batchSize, stepsPerEpoch, learningRate, mostEpochs, learnedLoss, measuredPerEpoch, measuredInputs } = identitySetting
  const start = new Random(seed)
  const weights = Float64Array.from({ length: valueCount }, () => (2 * start.uniform() - 1) / 3)
  const tests = Array.from({ length: measuredInputs }, () => drawExample(start, mapping))
  const [shown] = tests
  const training = Array.from({ length: batchSize * stepsPerEpoch }, () => drawExample(start, mapping))
  const optimiser = new Adam(learningRate)
  const gradient = new Float64Array(valueCount)
  const output = new Float64Array(valueCount)
  const measure = (epoch: number): Snapshot => {
    let loss = 0
    for (const { input, target } of tests) {
      convolve(weights, input, output)
      loss += l1Loss(output, target) / measuredInputs
    }
    convolve(weights, shown!.input, output)
    return { epoch, loss, weights: [...weights], output: [...output] }
  }
  const snapshots = [measure(0)]
  for (let step = 1; step <= mostEpochs * stepsPerEpoch; step++) {
    gradient.fill(0)
    for (let index = 0; index < batchSize; index++) {
      const { input, target } = training[((step - 1) % stepsPerEpoch) * batchSize + index]!
      convolve(weights, input, output)
      addGradient(gradient, input, output, target)
    }
    for (let index = 0; index < valueCount; index++) gradient[index]! /= batchSize
    optimiser.update(weights, gradient)
    if (step % (stepsPerEpoch / measuredPerEpoch) === 0) snapshots.push(measure(step / stepsPerEpoch))
  }
  const epochs = snapshots.find(({ loss }) => loss < learnedLoss)?.epoch ?? null
  return { mapping, seed, epochs, snapshots, shownInput: shown!.values }
}

interface Example {
  readonly values: readonly number[]
  readonly input: Float64Array
  readonly target: Float64Array
}

function drawExample(random: Random, mapping: Mapping): Example {
  const values = Array.from({ length: valueCount }, () => random.normal())
  const target = Float64Array.from(values, (value) => (mapping === 'zero' ? 0 : Math.max(0, value)))
  return { values, input: padded(values), target }
}

/** Adam (Kingma and Ba) with the usual constants: 0.9, 0.999, 1e-8. */
class Adam {
  readonly #mean = new Float64Array(valueCount)
  readonly #square = new Float64Array(valueCount)
  #step = 0
  readonly #learningRate: number

  constructor(learningRate: number) {
    this.#learningRate = learningRate
  }

  update(weights: Float64Array, gradient: Float64Array): void {
    this.#step++
    const [first, second] = [0.9, 0.999]
    for (let index = 0; index < weights.length; index++) {
      const slope = gradient[index]!
      const mean = (this.#mean[index] = first * this.#mean[index]! + (1 - first) * slope)
      const square = (this.#square[index] = second * this.#square[index]! + (1 - second) * slope * slope)
      const corrected = mean / (1 - first ** this.#step)
      weights[index]! -= (this.#learningRate * corrected) / (Math.sqrt(square / (1 - second ** this.#step)) + 1e-8)
    }
  }
}
