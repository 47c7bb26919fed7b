import type { Normalization } from '../../backend.ts'
import type { PathBackend, PathGates, PathOptions } from '../../path-backend.ts'
import { Session } from '../graph/session.ts'
import { usableKernels } from '../kernels/native-kernels.ts'
import type { OwnKernels } from '../layers/build.ts'
import { feedNormalization, feedState } from './fed-state.ts'
import { buildPathGraph, type PathGraph } from './path-graph.ts'

export interface PathProgramOptions extends Omit<PathOptions, 'device'> {
  readonly ownKernels: OwnKernels
}

/** TensorFlow's backend for gradients through paths. Not thread-safe. */
export class PathProgram implements PathBackend {
  readonly #graph: PathGraph
  readonly #session: Session

  /** Takes our own kernels where they can run and have a way back to the image, unless told otherwise. */
  constructor(options: Omit<PathProgramOptions, 'ownKernels'> & Partial<PathProgramOptions>) {
    const usable = usableKernels(options.precision)
    this.#graph = buildPathGraph({ ownKernels: usable === 'all' || usable === 'wide' ? 'winograd' : usable, ...options })
    this.#session = new Session(this.#graph.graph)
  }

  loadData(normalization: Normalization): void {
    feedNormalization(this.#session, this.#graph.data, normalization)
  }

  setState(state: ReadonlyMap<string, Float32Array>): void {
    feedState(this.#session, this.#graph, state)
  }

  gradients(pixels: Uint8Array, labels: Int32Array, { branch, shortcut }: PathGates): Float32Array {
    const feeds = [
      { placeholder: this.#graph.pixels, value: pixels },
      { placeholder: this.#graph.labels, value: labels },
      { placeholder: this.#graph.branch, value: branch },
      { placeholder: this.#graph.shortcut, value: shortcut },
    ]
    const [gradients] = this.#session.run(feeds, [this.#graph.gradient]) as [Float32Array]
    return gradients
  }

  dispose(): void {
    this.#session.dispose()
  }
}
