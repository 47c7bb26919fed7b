/**
 * Skiplab's side of `npm run bench`: one network in one process, bare training steps on request. The same line protocol
 * and the same work as `peer/steps.py`: forward, backward, update; no augmentation, no evaluation. It runs bundled, like
 * the worker in the product, and with the worker's environment, set by who starts it.
 */
import { createInterface } from 'node:readline'
import { parseArgs } from 'node:util'
import { z } from 'zod'
import { networkDesignSchema } from '../src/common/network/design.ts'
import { buildNetwork } from '../src/common/network/network.ts'
import { drawAugmentation } from '../src/common/training/augmentation.ts'
import { elements } from '../src/common/network/kinds/shape.ts'
import { Random } from '../src/common/training/random.ts'
import { resolveRecipe } from '../src/common/training/recipes.ts'
import { initialState } from '../src/main/worker/backend/initial-state.ts'
import { nativeBinding } from '../src/main/worker/backend/tensorflow/graph/session.ts'
import { TrainingProgram } from '../src/main/worker/backend/tensorflow/program/training-program.ts'
import { peakRssBytes } from './peak-memory.ts'

/** Different ones, as in steps.py. A few hundred steps learn them by heart, which takes no less time than learning. */
const batches = 4

const { values } = parseArgs({
  options: {
    design: { type: 'string' },
    precision: { type: 'string' },
    'batch-size': { type: 'string', default: '128' },
  },
})
const options = z
  .object({
    design: z.string().transform((text) => networkDesignSchema.parse(JSON.parse(text))),
    precision: z.enum(['fp32', 'bf16']),
    'batch-size': z.coerce.number().int(),
  })
  .parse(values)
const batchSize = options['batch-size']

const network = buildNetwork(options.design)
const imageSize = elements(options.design.inputShape)
const recipe = resolveRecipe('paper-cifar10', { batchSize, cropPadding: 0, flip: false })
const program = new TrainingProgram({
  network,
  recipe,
  precision: options.precision,
  imageCount: batches * batchSize,
  evaluationBatchSize: 100,
})
const random = new Random(1)
program.loadData({
  images: (start, end) => Uint8Array.from({ length: (end - start) * imageSize }, () => random.below(256)),
  labels: Int32Array.from({ length: batches * batchSize }, () => random.below(10)),
  mean: new Float32Array(imageSize).fill(0.5),
  inverseStd: new Float32Array(3).fill(1),
})
program.setState(initialState(network, 1))

let done = 0
function step(): number {
  const first = (done % batches) * batchSize
  const indices = Int32Array.from({ length: batchSize }, (_, image) => first + image)
  return program.step({ images: indices, augmentation: drawAugmentation(recipe, batchSize, 3, 1, done++) }, 0.1).loss
}

function answer(value: Record<string, unknown>): void {
  process.stdout.write(`${JSON.stringify(value)}\n`)
}

step()
step()
answer({ ready: true, version: nativeBinding().TF_Version })
createInterface({ input: process.stdin }).on('line', (line) => {
  const { steps } = z.object({ steps: z.int().min(1) }).parse(JSON.parse(line))
  const startedAt = performance.now()
  let loss = Number.NaN
  for (let count = 0; count < steps; count++) loss = step()
  answer({ seconds: (performance.now() - startedAt) / 1000, loss, peakRssBytes: peakRssBytes() })
})
