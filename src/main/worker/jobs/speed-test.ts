import type { Precision } from '../../../common/device.ts'
import { performance } from 'node:perf_hooks'
import { designAt } from '../../../common/network/design.ts'
import { buildNetwork } from '../../../common/network/network.ts'
import { drawAugmentation } from '../../../common/training/augmentation.ts'
import { Random } from '../../../common/training/random.ts'
import { resolveRecipe } from '../../../common/training/recipes.ts'
import type { CreateBackend } from '../backend/backend.ts'
import { initialState } from '../backend/initial-state.ts'

/** What `worker.cjs speed-test PRECISION` prints as one line of JSON. */
export interface SpeedTestResult {
  /** True when TensorFlow really computes on a GPU. */
  readonly gpu: boolean
  readonly precision: Precision
  readonly imagesPerSecond: number
  readonly steps: number
  /** Building and loading the graph, the first two steps included. */
  readonly startMs: number
  readonly peakMemoryBytes: number
  readonly libtensorflow: string
  /** Instructions of our own operations, or null. */
  readonly kernels: string | null
}

const batchSize = 128
const imageCount = 4 * batchSize
const imageSize = 32 * 32 * 3

/** Trains ResNet-20 on random images for about five seconds: whole training steps, augmentation included, nothing else. */
export function runSpeedTest(createBackend: CreateBackend, precision: Precision, durationMs = 5000): SpeedTestResult {
  const startedAt = performance.now()
  const network = buildNetwork(designAt('cifar', { family: 'residual', depth: 20, shortcut: 'A', inputShape: [32, 32, 3], classes: 10 }))
  const recipe = resolveRecipe('paper-cifar10', { batchSize })
  const backend = createBackend({ network, recipe, precision, device: null, imageCount, evaluatedCount: batchSize })
  const random = new Random(1)
  backend.loadData({
    images: (start, end) => Uint8Array.from({ length: (end - start) * imageSize }, () => random.below(256)),
    labels: Int32Array.from({ length: imageCount }, () => random.below(10)),
    mean: new Float32Array(imageSize).fill(0.5),
    inverseStd: new Float32Array(3).fill(1),
  })
  backend.setState(initialState(network, 1))
  let step = 0
  const takeStep = () => {
    const images = Int32Array.from({ length: batchSize }, (_, image) => (step * batchSize + image) % imageCount)
    backend.step({ images, augmentation: drawAugmentation(recipe, batchSize, 3, 1, step++) }, 0.1)
  }
  takeStep()
  takeStep()
  const warmAt = performance.now()
  const warmSteps = step
  do takeStep()
  while (performance.now() - warmAt < durationMs)
  const steps = step - warmSteps
  const { computesOn, versions } = backend.capabilities
  return {
    gpu: computesOn === 'cuda',
    precision,
    imagesPerSecond: (steps * batchSize * 1000) / (performance.now() - warmAt),
    steps,
    startMs: warmAt - startedAt,
    peakMemoryBytes: process.resourceUsage().maxRSS * 1024,
    libtensorflow: versions.libtensorflow ?? 'unknown',
    kernels: versions.kernels === 'none' ? null : (versions.kernels ?? null),
  }
}
