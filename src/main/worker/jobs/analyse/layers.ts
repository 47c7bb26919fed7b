/**
 * Measures what a network's layers make of images: responses behind BN, dead ReLUs, norms of weights and gradients, F(x) beside x.
 *
 * Claim: the numbers are those of the definitions in common/analyses/kinds/layers.ts, whatever is folded into what.
 * Evidence: test/integration/worker/analyse-layers, `npm run parity -- layers`; figures in docs/numbers.md.
 */
import type { Network } from '../../../../common/network/network.ts'
import type { LayerBackend, LayerSample } from '../../backend/layer-backend.ts'
import { Pace } from '../evaluate/observer.ts'
import type { AnalysedRun, Analyse, AnalysisContext, AnalysisInput } from './analysis.ts'
import { loadAnalysed, openImages } from './load-analysed.ts'

type RunMeasures = Awaited<ReturnType<typeof analyseLayers>>['runs'][number]

export const analyseLayers: Analyse<'layers'> = async (input, context) => {
  const runs: RunMeasures[] = []
  for (const run of input.runs) runs.push(await measureRun(run, input, context))
  return { runs }
}

async function measureRun(run: AnalysedRun, { options, split }: AnalysisInput<'layers'>, context: AnalysisContext): Promise<RunMeasures> {
  const { device, observer } = context
  const { network, state, recipe } = loadAnalysed(run)
  const images = await openImages(run, split, options.images, context)
  try {
    const batchSize = Math.min(options.batchSize, images.count)
    const count = Math.floor(images.count / batchSize) * batchSize
    const { statistics, gradients } = options
    const asked = { network, recipe, precision: device.precision, device, batchSize, statistics, gradients }
    await observer.mayGoOn(0)
    const backend = context.createLayerBackend(asked)
    try {
      backend.loadData(images.normalization)
      backend.setState(state)
      const sums = new SampleSums()
      const pace = new Pace(observer, `layers of run ${run.runId}`, count)
      for (let start = 0; start < count; start += batchSize) {
        const { pixels, labels } = await images.read(start, start + batchSize)
        await pace.compute(batchSize, () => sums.add(backend, pixels, gradients ? labels : null))
      }
      return { runId: run.runId, images: count, ...sums.measures(network, state) }
    } finally {
      backend.dispose()
    }
  } finally {
    await images.close()
  }
}

/** Averages what the batches give, which are all of one size. */
class SampleSums {
  #batches = 0
  readonly #responses = new Map<string, { mean: number; square: number }>()
  readonly #active = new Map<string, Float64Array>()
  readonly #blocks = new Map<string, { branch: number; shortcut: number }>()
  readonly #gradients = new Map<string, number>()

  /** @param labels null where no gradient is asked for */
  add(backend: LayerBackend, pixels: Uint8Array, labels: Int32Array | null): void {
    this.#batches++
    this.#addSample(backend.measure(pixels))
    if (!labels) return
    for (const [name, norm] of backend.gradientNorms(pixels, labels)) this.#gradients.set(name, (this.#gradients.get(name) ?? 0) + norm)
  }

  #addSample({ responses, relus, blocks }: LayerSample): void {
    for (const { layer, mean, square } of responses) {
      const sum = this.#responses.get(layer) ?? { mean: 0, square: 0 }
      this.#responses.set(layer, { mean: sum.mean + mean, square: sum.square + square })
    }
    for (const { layer, active } of relus) {
      const sum = this.#active.get(layer) ?? new Float64Array(active.length)
      active.forEach((share, channel) => (sum[channel]! += share))
      this.#active.set(layer, sum)
    }
    for (const { block, branch, shortcut } of blocks) {
      const sum = this.#blocks.get(block) ?? { branch: 0, shortcut: 0 }
      this.#blocks.set(block, { branch: sum.branch + branch, shortcut: sum.shortcut + shortcut })
    }
  }

  measures({ layers }: Network, state: ReadonlyMap<string, Float32Array>): Omit<RunMeasures, 'runId' | 'images'> {
    const ofWeights = layers.filter(({ kind }) => kind === 'convolution' || kind === 'fully-connected')
    return {
      layers: ofWeights.map(({ name: layer }) => {
        const weights = `${layer}/weights`
        const gradient = this.#gradients.get(weights)
        return {
          layer,
          ...this.#response(layer),
          weightNorm: Math.sqrt(state.get(weights)!.reduce((sum, weight) => sum + weight * weight, 0)),
          gradientNorm: gradient === undefined ? null : gradient / this.#batches,
        }
      }),
      relus: [...this.#active].map(([layer, sum]) => ({
        layer,
        channels: sum.length,
        dead: sum.filter((share) => share === 0).length / sum.length,
        zeros: 1 - sum.reduce((total, share) => total + share, 0) / (sum.length * this.#batches),
      })),
      blocks: [...this.#blocks].map(([block, { branch, shortcut }]) => ({
        block,
        branchNorm: Math.sqrt(branch / this.#batches),
        shortcutNorm: Math.sqrt(shortcut / this.#batches),
      })),
    }
  }

  #response(layer: string): { mean: number | null; std: number | null } {
    const sum = this.#responses.get(layer)
    if (!sum) return { mean: null, std: null }
    const mean = sum.mean / this.#batches
    return { mean, std: Math.sqrt(Math.max(0, sum.square / this.#batches - mean * mean)) }
  }
}
