import type { Normalization } from '../../backend.ts'
import type { GramBackend } from '../../gram-backend.ts'
import { Session } from '../graph/session.ts'
import { usableKernels } from '../kernels/native-kernels.ts'
import { feedNormalization, feedState } from './fed-state.ts'
import { buildGramGraph, type GramGraph, type GramProgramOptions } from './gram-graph.ts'

/** TensorFlow's backend for networks whose layers are compared. Not thread-safe. */
export class GramProgram implements GramBackend {
  readonly #graph: GramGraph
  readonly #session: Session

  /** Takes our own kernels where they can run, unless told otherwise. */
  constructor(options: Omit<GramProgramOptions, 'ownKernels'> & Partial<GramProgramOptions>) {
    this.#graph = buildGramGraph({ ownKernels: usableKernels(options.precision), ...options })
    this.#session = new Session(this.#graph.graph)
  }

  loadData(normalization: Normalization): void {
    feedNormalization(this.#session, this.#graph.data, normalization)
  }

  setState(state: ReadonlyMap<string, Float32Array>): void {
    feedState(this.#session, this.#graph, state)
  }

  grams(pixels: Uint8Array): Float32Array {
    const [grams] = this.#session.run([{ placeholder: this.#graph.pixels, value: pixels }], [this.#graph.grams]) as [Float32Array]
    return grams
  }

  dispose(): void {
    this.#session.dispose()
  }
}
