import { elements } from '../../../../../common/network/kinds/shape.ts'
import type { Normalization, ScoredCrop, ScoringBackend, ScoringOptions } from '../../backend.ts'
import { nativeBinding, Session } from '../graph/session.ts'
import { nativeKernels, usableKernels } from '../kernels/native-kernels.ts'
import type { OwnKernels } from '../layers/build.ts'
import { feedNormalization, feedState } from './fed-state.ts'
import { cutArrays } from './flat-state.ts'
import { buildScoringGraph, type ScoringGraph } from './scoring-graph.ts'

export interface ScoringProgramOptions extends Omit<ScoringOptions, 'device'> {
  /** Equal parts of a batch that are computed side by side; it divides the batch. */
  readonly branches: number
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

  scores(pixels: Uint8Array, { top, left, mirrored }: ScoredCrop): Float32Array {
    const { network, batchSize } = this.#options
    const { classes, inputShape } = network.design
    const imageBytes = elements(inputShape)
    const crops = Int32Array.from({ length: 3 * batchSize }, (_, at) => [top, left, mirrored ? 1 : 0][at % 3]!)
    const images = pixels.length / imageBytes
    const scores = new Float32Array(images * classes)
    for (let start = 0; start < images; start += batchSize) {
      const part = pixels.subarray(start * imageBytes, Math.min(images, start + batchSize) * imageBytes)
      const feeds = [
        { placeholder: this.#graph.pixels, value: filledUp(part, batchSize * imageBytes) },
        { placeholder: this.#graph.crops, value: crops },
      ]
      const [found] = this.#session.run(feeds, [this.#graph.scores]) as [Float32Array]
      scores.set(found.subarray(0, (part.length / imageBytes) * classes), start * classes)
    }
    return scores
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
