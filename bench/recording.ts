/**
 * What recording the layers' responses after each epoch costs: the difference between looking at the first thousand test images with and
 * without them, as a share of a whole epoch of CIFAR-10's 45,000 / 5,000 / 10,000 images. Both and the training steps take turns.
 *
 * Claim: under 3 % of training.
 */
import Table from 'cli-table3'
import { cpuDevice } from '../src/main/worker/machine/environment.ts'
import { buildNetwork } from '../src/common/network/network.ts'
import { drawAugmentation } from '../src/common/training/augmentation.ts'
import { Random } from '../src/common/training/random.ts'
import { resolveRecipe } from '../src/common/training/recipes.ts'
import { initialState } from '../src/main/worker/backend/initial-state.ts'
import { createBackend } from '../src/main/worker/create-backend.ts'
import { spreadOf } from './comparison.ts'
import type { Workload } from './workloads.ts'

const bar = 0.03
const recordedImages = 1000
const epoch = { training: 45_000, evaluated: 15_000 }
const imageSize = 32 * 32 * 3

/** Shares of an epoch, one for each round. */
function recordingShares({ design, batchSize, steps }: Workload, precision: 'fp32' | 'bf16', threads: number, rounds: number): number[] {
  const network = buildNetwork(design)
  const recipe = resolveRecipe('paper-cifar10', { batchSize, cropPadding: 0, flip: false })
  const imageCount = Math.max(recordedImages, steps * batchSize)
  const device = cpuDevice(threads, precision)
  const backend = createBackend({ network, recipe, precision, imageCount, device, evaluatedCount: recordedImages })
  const random = new Random(1)
  backend.loadData({
    images: (start, end) => Uint8Array.from({ length: (end - start) * imageSize }, () => random.below(256)),
    labels: Int32Array.from({ length: imageCount }, () => random.below(10)),
    mean: new Float32Array(imageSize).fill(0.5),
    inverseStd: new Float32Array(3).fill(1),
  })
  backend.setState(initialState(network, 1))
  const looked = Int32Array.from({ length: recordedImages }, (_, image) => image)
  let done = 0
  const train = (): void => {
    for (let step = 0; step < steps; step++) {
      const images = Int32Array.from({ length: batchSize }, (_, image) => step * batchSize + image)
      backend.step({ images, augmentation: drawAugmentation(recipe, batchSize, 3, 1, done++) }, 0.1)
    }
  }
  const seconds = (work: () => void): number => {
    const startedAt = performance.now()
    work()
    return (performance.now() - startedAt) / 1000
  }
  const round = (): number => {
    const [training, plain, recorded] = [train, () => backend.evaluate(looked), () => backend.observe(looked)].map(seconds)
    const whole = (training! * epoch.training) / (steps * batchSize) + (plain! * epoch.evaluated) / recordedImages
    return (recorded! - plain!) / whole
  }
  round()
  const shares = Array.from({ length: rounds }, round)
  backend.dispose()
  return shares
}

/** A table of what recording costs. @param workloads networks of 32x32 images */
export function recordingText(
  workloads: readonly Workload[],
  precisions: readonly ('fp32' | 'bf16')[],
  threads: number,
  rounds: number,
): string {
  const table = new Table({ head: ['recording every epoch', 'share of training, %', 'bar'], style: { head: [], border: [] } })
  for (const workload of workloads) {
    for (const precision of precisions) {
      const { minimum, median, maximum } = spreadOf(recordingShares(workload, precision, threads, rounds))
      const percent = (share: number): string => (100 * share).toFixed(2)
      const range = `${percent(median)} [${percent(minimum)} - ${percent(maximum)}]`
      table.push([`${workload.name} ${precision}`, range, `<= ${percent(bar)} ${median <= bar ? 'met' : 'NOT MET'}`])
    }
  }
  return `${table.toString()}\nStd and mean of every main-path layer's response on ${recordedImages} test images.`
}
