/**
 * Skiplab's side of `npm run bench`: one network in one process, bare training steps, or batches to score, on request. The same line
 * protocol and the same work as `peer/steps.py`: forward, backward, update; no augmentation, no evaluation. Or softmax scores alone, or
 * what memory.ts measures.
 * It runs bundled, like the worker in the product, and with the worker's environment, set by who starts it.
 */
import { createInterface } from 'node:readline'
import { parseArgs } from 'node:util'
import { z } from 'zod'
import { networkDesignSchema } from '../src/common/network/design.ts'
import { buildNetwork } from '../src/common/network/network.ts'
import { drawAugmentation } from '../src/common/training/augmentation.ts'
import { elements } from '../src/common/network/kinds/shape.ts'
import { recomputations } from '../src/common/network/recomputation.ts'
import { Random } from '../src/common/training/random.ts'
import { resolveRecipe } from '../src/common/training/recipes.ts'
import { collectGarbage } from '../src/main/worker/backend/collect-garbage.ts'
import { initialState } from '../src/main/worker/backend/initial-state.ts'
import { nativeBinding } from '../src/main/worker/backend/tensorflow/graph/session.ts'
import { createTensorFlowScoring } from '../src/main/worker/backend/tensorflow/tensorflow-backend.ts'
import { cpuDevice } from '../src/main/worker/machine/environment.ts'
import { TrainingProgram } from '../src/main/worker/backend/tensorflow/program/training-program.ts'
import { peakRssBytes } from './peak-memory.ts'

/** Different ones, as in steps.py. A few hundred steps learn them by heart, which takes no less time than learning. */
const batches = 4

const { values } = parseArgs({
  options: {
    design: { type: 'string' },
    precision: { type: 'string' },
    'batch-size': { type: 'string', default: '128' },
    work: { type: 'string', default: 'training' },
    recompute: { type: 'string', default: 'none' },
    'micro-batch-size': { type: 'string' },
  },
})
const options = z
  .object({
    design: z.string().transform((text) => networkDesignSchema.parse(JSON.parse(text))),
    precision: z.enum(['fp32', 'bf16']),
    'batch-size': z.coerce.number().int(),
    work: z.enum(['training', 'scoring', 'memory']),
    recompute: z.enum(recomputations),
    'micro-batch-size': z.coerce.number().int().optional(),
  })
  .parse(values)
const batchSize = options['batch-size']

const network = buildNetwork(options.design)
const imageSize = elements(options.design.inputShape)
const { recompute, 'micro-batch-size': microBatchSize = null } = options
const recipe = resolveRecipe('paper-cifar10', { batchSize, cropPadding: 0, flip: false, recompute, microBatchSize })
const random = new Random(1)
const normalization = { mean: new Float32Array(imageSize).fill(0.5), inverseStd: new Float32Array(3).fill(1) }
const randomImages = (count: number) => Uint8Array.from({ length: count * imageSize }, () => random.below(256))

const evaluationBatchSize = 100
const heldImages = Math.max(evaluationBatchSize, batches * batchSize)

function trainingProgram(): TrainingProgram {
  const program = new TrainingProgram({ network, recipe, evaluationBatchSize, precision: options.precision, imageCount: heldImages })
  program.loadData({
    images: (start, end) => randomImages(end - start),
    labels: Int32Array.from({ length: heldImages }, () => random.below(10)),
    ...normalization,
  })
  program.setState(initialState(network, 1))
  return program
}

/** @returns what takes a training step and gives its loss */
function trainer(program: TrainingProgram): () => number {
  let done = 0
  return () => {
    const first = (done % batches) * batchSize
    const indices = Int32Array.from({ length: batchSize }, (_, image) => first + image)
    return program.step({ images: indices, augmentation: drawAugmentation(recipe, batchSize, 3, 1, done++) }, 0.1).loss
  }
}

/** Two steps, an evaluation and the state, as a checkpoint reads it. @returns the most memory that it took, bytes */
function peakOfTraining(program: TrainingProgram): number {
  const step = trainer(program)
  step()
  step()
  program.evaluate(Int32Array.from({ length: evaluationBatchSize }, (_, image) => image))
  program.state()
  return peakRssBytes()
}

/** @returns what scores a batch and gives its first score */
function scorer(): () => number {
  const threads = Number(process.env.TF_NUM_INTRAOP_THREADS)
  const device = cpuDevice(threads, options.precision)
  const settings = { network, recipe, precision: options.precision, device, padding: 0, statisticsBatchSize: null }
  const backend = createTensorFlowScoring({ ...settings, batchSize: Math.min(100, batchSize) })
  backend.loadData(normalization)
  backend.setState(initialState(network, 1))
  const images = Array.from({ length: batches }, () => randomImages(batchSize))
  let done = 0
  return () => backend.scores(images[done++ % batches]!, { top: 0, left: 0, mirrored: false })[0]!
}

function answer(value: Record<string, unknown>): void {
  process.stdout.write(`${JSON.stringify(value)}\n`)
}

if (options.work === 'scoring') answerSteps(scorer())
else {
  const program = trainingProgram()
  // What the state was set from is garbage after this turn, as in a worker.
  setImmediate(() => {
    collectGarbage()
    if (options.work === 'training') answerSteps(trainer(program))
    else answer({ peakRssBytes: peakOfTraining(program), heldImages })
  })
}

function answerSteps(step: () => number): void {
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
}
