import { elements } from '../../../../../common/network/kinds/shape.ts'
import type { Evaluation, Normalization, ScoredCrop, ScoringBackend, ScoringOptions } from '../../backend.ts'
import { type Feed, nativeBinding, Session } from '../graph/session.ts'
import { nativeKernels, usableKernels } from '../kernels/native-kernels.ts'
import type { OwnKernels } from '../layers/build.ts'
import { feedNormalization, feedState } from './fed-state.ts'
import { cutArrays } from './flat-state.ts'
import { buildScoringGraph, type ScoringGraph } from './scoring-graph.ts'

export interface ScoringProgramOptions extends Omit<ScoringOptions, 'device'> {
  readonly ownKernels: OwnKernels
}

/** TensorFlow's backend for networks that are tested. Not thread-safe. */
export class ScoringProgram implements ScoringBackend {
  readonly capabilities: ScoringBackend['capabilities']
  readonly #options: ScoringProgramOptions
  readonly #graph: ScoringGraph
  readonly #session: Session

  /** Takes our own kernels where they can run, unless told otherwise. */
  constructor(options: Omit<ScoringProgramOptions, 'ownKernels'> & Partial<ScoringProgramOptions>) {
    this.#options = { ownKernels: usableKernels(options.precision), ...options }
    this.#graph = buildScoringGraph(this.#options)
    this.#session = new Session(this.#graph.graph)
    this.capabilities = {
      evaluationBatchSize: this.#options.batchSize,
      versions: { libtensorflow: nativeBinding().TF_Version, kernels: nativeKernels()?.instructions ?? 'none' },
    }
  }

  loadData(normalization: Normalization): void {
    feedNormalization(this.#session, this.#graph.data, normalization)
  }

  setState(state: ReadonlyMap<string, Float32Array>): void {
    feedState(this.#session, this.#graph, state)
  }

  scores(pixels: Uint8Array, crop: ScoredCrop): Float32Array {
    const { classes } = this.#options.network.design
    const scores = new Float32Array(this.#countOf(pixels) * classes)
    for (const { start, count, feeds } of this.#batches(pixels, crop)) {
      const [found] = this.#session.run(feeds, [this.#graph.scores]) as [Float32Array]
      scores.set(found.subarray(0, count * classes), start * classes)
    }
    return scores
  }

  losses(pixels: Uint8Array, labels: Int32Array): Pick<Evaluation, 'losses' | 'topOneErrors'> {
    const { batchSize } = this.#options
    const [losses, topOneErrors] = [new Float32Array(labels.length), new Float32Array(labels.length)]
    for (const { start, count, feeds } of this.#batches(pixels, { top: 0, left: 0, mirrored: false })) {
      const ofBatch = new Int32Array(batchSize)
      ofBatch.set(labels.subarray(start, start + count))
      const [found] = this.#session.run([...feeds, { placeholder: this.#graph.labels, value: ofBatch }], [this.#graph.losses]) as [
        Float32Array,
      ]
      losses.set(found.subarray(0, count), start)
      topOneErrors.set(found.subarray(batchSize, batchSize + count), start)
    }
    return { losses, topOneErrors }
  }

  #countOf(pixels: Uint8Array): number {
    return pixels.length / elements(this.#options.network.design.inputShape)
  }

  /** Cuts images into batches of the program, with what these are fed. */
  *#batches(pixels: Uint8Array, { top, left, mirrored }: ScoredCrop): Generator<{ start: number; count: number; feeds: Feed[] }> {
    const { network, batchSize } = this.#options
    const imageBytes = elements(network.design.inputShape)
    const crops = Int32Array.from({ length: 3 * batchSize }, (_, at) => [top, left, mirrored ? 1 : 0][at % 3]!)
    const images = this.#countOf(pixels)
    for (let start = 0; start < images; start += batchSize) {
      const count = Math.min(images - start, batchSize)
      const part = pixels.subarray(start * imageBytes, (start + count) * imageBytes)
      const feeds = [
        { placeholder: this.#graph.pixels, value: filledUp(part, batchSize * imageBytes) },
        { placeholder: this.#graph.crops, value: crops },
      ]
      yield { start, count, feeds }
    }
  }

  batchStatistics(pixels: Uint8Array): Map<string, Float32Array> {
    const { batch, layout } = this.#graph
    if (!batch) throw new Error('Expected a batch size for batch statistics when the program was made; got none')
    const [found] = this.#session.run([{ placeholder: batch.pixels, value: pixels }], [batch.statistics]) as [Float32Array]
    return cutArrays(found, layout.statistics)
  }

  dispose(): void {
    this.#session.dispose()
  }
}

/** The last batch is filled up with black images. */
function filledUp(pixels: Uint8Array, length: number): Uint8Array {
  if (pixels.length === length) return pixels
  const filled = new Uint8Array(length)
  filled.set(pixels)
  return filled
}
