/**
 * Samples paths of each length through a residual net and measures the gradient that comes back through each (Veit et al. 2016, section
 * 4.3). There one batch shares a path; here every image has its own, and BN normalizes by its running statistics.
 *
 * Claim: the gradients of all paths add up to the whole one, which is the oracle's. Evidence: test/integration/worker/gradient-paths.
 */
import { additionsOf, pathBatch, type PathsOfRun } from '../../../../common/analyses/kinds/gradient-paths.ts'
import { pathShares } from '../../../../common/lesions/path-shares.ts'
import { Random } from '../../../../common/training/random.ts'
import type { PathBackend, PathGates } from '../../backend/path-backend.ts'
import { Pace } from '../evaluate/observer.ts'
import type { AnalysedRun, Analyse, AnalysisContext, AnalysisInput } from './analysis.ts'
import { type HeldImages, loadAnalysed, readImages } from './load-analysed.ts'

export const analyseGradientPaths: Analyse<'gradient-paths'> = async (input, context) => {
  const runs: PathsOfRun[] = []
  for (const run of input.runs) runs.push(await pathsOfRun(run, input, context))
  return { runs }
}

async function pathsOfRun(
  run: AnalysedRun,
  { options, split }: AnalysisInput<'gradient-paths'>,
  context: AnalysisContext,
): Promise<PathsOfRun> {
  const { device, observer } = context
  const { network, state, recipe } = loadAnalysed(run)
  const images = await readImages(run, split, options.images, context)
  await observer.mayGoOn(0)
  // In fp32 whatever the run was trained in: gradients of long paths are far below what bf16 tells apart when they are added.
  const backend = context.createPathBackend({ network, recipe, precision: 'fp32', device, batchSize: pathBatch })
  try {
    backend.loadData(images.normalization)
    backend.setState(state)
    const blocks = additionsOf(network)
    const sampler = new PathSampler(backend, images, blocks, options)
    return {
      runId: run.runId,
      images: images.labels.length,
      ...(await sampler.sampled(new Pace(observer, `paths of run ${run.runId}`, sampler.count))),
    }
  } finally {
    backend.dispose()
  }
}

class PathSampler {
  /** Gradients that are taken. */
  readonly count: number
  readonly #backend: PathBackend
  readonly #images: HeldImages
  readonly #blocks: number
  readonly #samples: number
  readonly #seed: number

  constructor(
    backend: PathBackend,
    images: HeldImages,
    blocks: number,
    { samples, seed }: { readonly samples: number; readonly seed: number },
  ) {
    this.#backend = backend
    this.#images = images
    this.#blocks = blocks
    this.#samples = samples
    this.#seed = seed
    this.count = samples * (blocks + 2)
  }

  async sampled(pace: Pace<string>): Promise<Pick<PathsOfRun, 'wholeNorm' | 'lengths'>> {
    const lengths = Array.from({ length: this.#blocks + 1 }, (_, length) => length)
    // All lengths see the same images.
    const wanted = [null, ...lengths].flatMap((length) => Array.from({ length: this.#samples }, (_, sample) => ({ length, sample })))
    const whole: number[] = []
    const norms = lengths.map((): number[] => [])
    for (let start = 0; start < wanted.length; start += pathBatch) {
      const batch = wanted.slice(start, start + pathBatch)
      const found = await pace.compute(batch.length, () => this.#norms(batch))
      batch.forEach(({ length }, at) => (length === null ? whole : norms[length]!).push(found[at]!))
    }
    return { wholeNorm: whole.reduce((sum, norm) => sum + norm, 0) / whole.length, lengths: pathShares(norms) }
  }

  /** Norms of the gradients of a batch, which is filled up with its first image. */
  #norms(batch: readonly PathSample[]): number[] {
    const { pixels, labels } = this.#images
    const size = pixels.length / labels.length
    const imageOf = ({ sample }: PathSample) => sample % labels.length
    const full = Array.from({ length: pathBatch }, (_, at) => batch[at] ?? batch[0]!)
    const ofBatch = new Uint8Array(pathBatch * size)
    full.forEach((sample, at) => ofBatch.set(pixels.subarray(imageOf(sample) * size, (imageOf(sample) + 1) * size), at * size))
    const given = Int32Array.from(full, (sample) => labels[imageOf(sample)]!)
    const gradients = this.#backend.gradients(ofBatch, given, gatesOf(full, this.#blocks, this.#seed))
    return batch.map((_, at) => Math.sqrt(gradients.subarray(at * size, (at + 1) * size).reduce((sum, value) => sum + value * value, 0)))
  }
}

/** A path of a length for one image; null for all paths together. */
interface PathSample {
  readonly length: number | null
  readonly sample: number
}

/** Opens one way back through each block of each image, at random among those of its path's length; both ways for all paths. */
function gatesOf(samples: readonly PathSample[], blocks: number, seed: number): PathGates {
  const branch = new Float32Array(blocks * samples.length).fill(1)
  const shortcut = branch.slice()
  samples.forEach(({ length, sample }, image) => {
    if (length === null) return
    const order = new Random(seed, length, sample).shuffle(Uint32Array.from({ length: blocks }, (_, block) => block))
    order.forEach((block, at) => ((at < length ? shortcut : branch)[block * samples.length + image] = 0))
  })
  return { branch, shortcut }
}
