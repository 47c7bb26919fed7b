/**
 * Sends images through a network with freshly drawn weights and looks at what arrives, forwards and backwards; then tries a few steps.
 *
 * Claim: norms are those of central differences in double precision. Evidence: test/integration/worker/propagation; how often the verdict
 * that follows from them was right: docs/propagation-trials.md.
 */
import { buildNetwork, type Network } from '../../../../common/network/network.ts'
import type { PropagationReport, PropagationRequest } from '../../../../common/propagation/propagation.ts'
import { drawAugmentation } from '../../../../common/training/augmentation.ts'
import { stepsPerEpoch, totalSteps } from '../../../../common/training/schedule.ts'
import { learningRateAt } from '../../../../common/training/schedules/schedules.ts'
import { drawSurvivals, survivalProbabilities } from '../../../../common/training/stochastic-depth.ts'
import type { CreateBackend } from '../../backend/backend.ts'
import { initialState } from '../../backend/initial-state.ts'
import type { CreatePropagationBackend, Propagation } from '../../backend/propagation-backend.ts'
import type { Device } from '../../../../common/device.ts'
import { normalizedPixels } from '../../source/batches/normalized-pixels.ts'
import { averagedPasses, finite } from './averaged-passes.ts'
import type { TrialImages } from './trial-images.ts'

export interface PropagationInput extends Omit<PropagationRequest, 'dataset'> {
  readonly device: Device
}

export interface PropagationBackends {
  readonly createBackend: CreateBackend
  readonly createPropagationBackend: CreatePropagationBackend
}

/** Batches over which the passes are averaged, and images in each. */
const passBatches = 2
const passBatchSize = 64
/** Multiply-adds of one pass of a batch; batches of larger networks have fewer images. */
const affordableMultiplyAdds = 1e11
const leastImages = 8
/** No further step begins after this time. */
const stepsMs = 20_000

/** @throws SkiplabError bad-input where images cannot be read */
export async function propagate(input: PropagationInput, images: TrialImages, backends: PropagationBackends): Promise<PropagationReport> {
  const startedAt = performance.now()
  const network = buildNetwork(input.network)
  const state = initialState(network, input.seed)
  const batchSize = affordable(network, passBatchSize, images.count)
  const stepBatchSize = affordable(network, input.recipe.batchSize, images.count)
  const measured = await observe(input, network, state, images, batchSize, backends)
  const trained = await tryStep(input, network, state, images, stepBatchSize, backends)
  return {
    ...measured,
    ...trained,
    classes: network.design.classes,
    images: { source: images.source, count: passBatches * batchSize, batchSize, stepBatchSize },
    seed: input.seed,
    elapsedMs: performance.now() - startedAt,
  }
}

function affordable(network: Network, wanted: number, available: number): number {
  const most = Math.max(leastImages, Math.floor(affordableMultiplyAdds / network.multiplyAdds))
  return Math.min(wanted, most, available)
}

async function observe(
  { recipe, device }: PropagationInput,
  network: Network,
  state: ReadonlyMap<string, Float32Array>,
  images: TrialImages,
  batchSize: number,
  { createPropagationBackend }: PropagationBackends,
): Promise<Pick<PropagationReport, 'layers' | 'blocks' | 'rectifiers'>> {
  const backend = createPropagationBackend({ network, recipe, device, batchSize })
  try {
    backend.setState(state)
    const passes: Propagation[] = []
    for (let batch = 0; batch < passBatches; batch++) {
      const { pixels, labels } = await images.read(batch, batchSize)
      passes.push(backend.observe(normalizedPixels(pixels, images.normalization), labels))
    }
    const { loss: _, ...averaged } = averagedPasses(network, passes)
    return averaged
  } finally {
    backend.dispose()
  }
}

/** Trains a few steps as a run would begin; ends early where the loss is no number any more. */
async function tryStep(
  { recipe, device, seed, steps }: PropagationInput,
  network: Network,
  state: ReadonlyMap<string, Float32Array>,
  images: TrialImages,
  batchSize: number,
  { createBackend }: PropagationBackends,
): Promise<Pick<PropagationReport, 'losses' | 'learningRate'>> {
  const length = { steps: totalSteps(recipe, images.trainingImages), stepsPerEpoch: stepsPerEpoch(recipe, images.trainingImages) }
  const rate = (step: number) => learningRateAt(recipe, step, length, { warming: recipe.warmupLearningRate !== null, drops: 0 })
  const losses: (number | null)[] = []
  if (steps === 0) return { losses, learningRate: rate(0) }
  // Shifts along principal components change hardly anything, and would need the components of all images.
  const trial = { ...recipe, batchSize, microBatchSize: null, recompute: 'none' as const, pcaShift: 0 }
  const backend = createBackend({ network, recipe: trial, precision: 'fp32', device, imageCount: null, evaluatedCount: leastImages })
  try {
    backend.loadData(images.normalization)
    backend.setState(state)
    const survival = survivalProbabilities(network)
    const until = performance.now() + stepsMs
    const channels = network.design.inputShape[2]
    for (let step = 0; step < steps && performance.now() < until; step++) {
      const batch = await images.read(step, batchSize)
      const augmentation = drawAugmentation(trial, batchSize, channels, seed, step)
      const { loss } = backend.step({ images: batch, augmentation }, rate(step), drawSurvivals(survival, seed, step))
      losses.push(finite(loss))
      if (!Number.isFinite(loss)) break
    }
  } finally {
    backend.dispose()
  }
  return { losses, learningRate: rate(0) }
}
