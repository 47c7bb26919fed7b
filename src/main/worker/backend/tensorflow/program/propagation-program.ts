import type {
  InputGradientBackend,
  OutputMeasures,
  RectifierMeasures,
  WeightMeasures,
  Propagation,
  PropagationBackend,
} from '../../propagation-backend.ts'
import { Session } from '../graph/session.ts'
import { usableKernels } from '../kernels/native-kernels.ts'
import { feedState } from './fed-state.ts'
import { cutArrays } from './flat-state.ts'
import {
  buildInputGradientGraph,
  buildObservationGraph,
  type InputGradientGraph,
  type ObservationGraph,
  type PropagationGraphOptions,
} from './propagation-graph.ts'

type Given = Omit<PropagationGraphOptions, 'ownKernels'> & Partial<PropagationGraphOptions>

/** A loaded graph that takes weights and statistics. */
class StatefulSession<G extends ObservationGraph | InputGradientGraph> {
  readonly graph: G
  readonly session: Session

  constructor(graph: G) {
    this.graph = graph
    this.session = new Session(graph.graph)
  }

  setState(state: ReadonlyMap<string, Float32Array>): void {
    feedState(this.session, this.graph, state)
  }

  dispose(): void {
    this.session.dispose()
  }
}

/** TensorFlow's observation of a training step's passes. Not thread-safe. */
export class PropagationProgram extends StatefulSession<ObservationGraph> implements PropagationBackend {
  readonly #batchSize: number

  /** Takes our own kernels where they can run, unless told otherwise. */
  constructor(options: Given) {
    super(buildObservationGraph({ ownKernels: usableKernels('fp32'), ...options }))
    this.#batchSize = options.batchSize
  }

  observe(images: Float32Array, labels: Int32Array): Propagation {
    const { graph } = this
    const fetches = [graph.loss, graph.outputs, graph.weightNorms, graph.rectifiers, graph.batchStatistics]
    const feeds = [
      { placeholder: graph.images, value: images },
      { placeholder: graph.labels, value: labels },
    ]
    const fetched = this.session.run(
      feeds,
      fetches.filter((fetch) => fetch !== null),
    ) as Float32Array[]
    const values = fetches.map((fetch) => (fetch === null ? new Float32Array(0) : fetched.shift()!))
    const [loss, outputs, weights, rectifiers, statistics] = values as [
      Float32Array,
      Float32Array,
      Float32Array,
      Float32Array,
      Float32Array,
    ]
    return {
      loss: loss[0]!,
      outputs: rows(graph.outputNames, outputs, 3, ([mean, variance, half]): OutputMeasures => ({
        mean: mean!,
        std: Math.sqrt(variance!),
        // Of the mean loss; one image's own is as many times larger as there are images.
        gradientNorm: Math.sqrt(2 * half! * this.#batchSize),
      })),
      weights: rows(graph.weightNames, weights, 2, ([norm, gradient]): WeightMeasures => ({
        norm: Math.sqrt(2 * norm!),
        gradientNorm: Math.sqrt(2 * gradient!),
      })),
      rectifiers: rows(graph.rectifierNames, rectifiers, 2, ([zeros, dead]): RectifierMeasures => ({ zeros: zeros!, dead: dead! })),
      statistics: cutArrays(statistics, graph.layout.statistics),
    }
  }
}

/** TensorFlow's gradients with respect to images. Not thread-safe. */
export class InputGradientProgram extends StatefulSession<InputGradientGraph> implements InputGradientBackend {
  /** Takes our own kernels where they can run, unless told otherwise. */
  constructor(options: Given) {
    super(buildInputGradientGraph({ ownKernels: usableKernels('fp32'), ...options }))
  }

  inputGradients(images: Float32Array, direction: Float32Array): Float32Array {
    const { graph } = this
    const all = Float32Array.from({ length: graph.direction.shape[0]! * direction.length }, (_, at) => direction[at % direction.length]!)
    const feeds = [
      { placeholder: graph.images, value: images },
      { placeholder: graph.direction, value: all },
    ]
    return this.session.run(feeds, [graph.gradient])[0] as Float32Array
  }
}

/** Names the rows of a matrix. */
function rows<T>(names: readonly string[], matrix: Float32Array, columns: number, read: (row: Float32Array) => T): Map<string, T> {
  return new Map(names.map((name, row) => [name, read(matrix.subarray(row * columns, (row + 1) * columns))]))
}
