import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { buildNetwork } from '../../src/common/network/network.ts'
import type { EngineClient } from '../../src/common/rpc/contract.ts'
import type { WeightOptionsInput } from '../../src/common/rpc/weights.ts'
import { resolveRecipe } from '../../src/common/training/recipes.ts'
import { initialState } from '../../src/main/worker/backend/initial-state.ts'
import { TrainingProgram } from '../../src/main/worker/backend/tensorflow/program/training-program.ts'
import { readTestedWeights } from '../../src/main/worker/checkpoint/tested-weights.ts'
import { normalizationOf } from '../../src/main/worker/source/batches/normalization.ts'

/** Imports a file through the engine, and reads what a test of the run would read. */
export async function importHere(path: string, engine: EngineClient, workspace: string, options: WeightOptionsInput) {
  const { runId } = await engine.call('weights.import', { path, options })
  const { settings, settingsHash } = await engine.call('runs.get', { runId })
  const folder = join(workspace, 'checkpoints', String(runId))
  const [file] = readdirSync(folder)
  return { settings, weights: readTestedWeights(join(folder, file!), settingsHash) }
}

/**
 * Scores images as an evaluation does: from the run's settings and the checkpoint.
 * @param images bytes as fp32 [images, height, width, channels]
 * @returns before softmax: fp32 [images, classes]
 */
export function scoreHere({ settings, weights }: Awaited<ReturnType<typeof importHere>>, images: Float32Array): Float32Array {
  const network = buildNetwork(settings.network)
  const [height, width, channels] = settings.network.inputShape
  const size = height * width * channels
  const imageCount = images.length / size
  const pixels = Uint8Array.from(images)
  const { batchNormEpsilon, normalization, normalizationMean, normalizationStd } = settings.recipe
  const imagesAs = { batchNormEpsilon, normalization, normalizationMean, normalizationStd }
  const recipe = resolveRecipe('paper-cifar10', { ...imagesAs, cropPadding: 0, flip: false, batchSize: imageCount })
  const program = new TrainingProgram({ network, recipe, precision: 'fp32', imageCount, evaluationBatchSize: imageCount })
  const unneeded = (): never => {
    throw new Error('The recipe takes moments of training images, of which there are none.')
  }
  program.loadData({
    images: (start, end) => pixels.subarray(start * size, end * size),
    labels: new Int32Array(imageCount),
    ...normalizationOf(settings.recipe, channels, { perPixelMean: unneeded, perChannel: unneeded }),
  })
  // Scoring reads no momenta, which an import does not keep.
  program.setState(new Map([...initialState(network, 1), ...weights]))
  const scores = program.logits(Int32Array.from({ length: imageCount }, (_, index) => index))
  program.dispose()
  return scores
}
