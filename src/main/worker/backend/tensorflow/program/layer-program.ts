import { blockSumsOf, responsesOf } from '../../../../../common/network/graph/responses.ts'
import type { Normalization } from '../../backend.ts'
import type { LayerBackend, LayerOptions, LayerSample } from '../../layer-backend.ts'
import { Session } from '../graph/session.ts'
import { usableKernels } from '../kernels/native-kernels.ts'
import type { OwnKernels } from '../layers/build.ts'
import { feedNormalization, feedState } from './fed-state.ts'
import { buildLayerGraph, type LayerGraph } from './layer-graph.ts'

export interface LayerProgramOptions extends Omit<LayerOptions, 'device'> {
  readonly ownKernels: OwnKernels
}

/** TensorFlow's backend for measures of layers. Not thread-safe. */
export class LayerProgram implements LayerBackend {
  readonly #options: LayerProgramOptions
  readonly #graph: LayerGraph
  readonly #session: Session

  /** Takes our own kernels where they can run, unless told otherwise. */
  constructor(options: Omit<LayerProgramOptions, 'ownKernels'> & Partial<LayerProgramOptions>) {
    this.#options = { ownKernels: usableKernels(options.precision), ...options }
    this.#graph = buildLayerGraph(this.#options)
    this.#session = new Session(this.#graph.graph)
  }

  loadData(normalization: Normalization): void {
    feedNormalization(this.#session, this.#graph.data, normalization)
  }

  setState(state: ReadonlyMap<string, Float32Array>): void {
    feedState(this.#session, this.#graph, state)
  }

  measure(pixels: Uint8Array): LayerSample {
    const { pixels: placeholder, measures } = this.#graph
    const [found] = this.#session.run([{ placeholder, value: pixels }], [measures]) as [Float32Array]
    const { network } = this.#options
    let at = 0
    const next = () => found[at++]!
    return {
      responses: responsesOf(network.layers).map(({ convolution: layer }) => ({ layer, mean: next(), square: next() })),
      relus: network.layers
        .filter(({ kind }) => kind === 'relu')
        .map(({ name: layer, outputShape }) => ({ layer, active: Float32Array.from({ length: outputShape.at(-1)! }, next) })),
      blocks: blockSumsOf(network.layers).map(({ block }) => ({ block, branch: next(), shortcut: next() })),
    }
  }

  gradientNorms(pixels: Uint8Array, labels: Int32Array): Map<string, number> {
    const { gradients, pixels: placeholder } = this.#graph
    if (!gradients) throw new Error('Expected gradients to be asked for when the program was made; they were not')
    const feeds = [
      { placeholder, value: pixels },
      { placeholder: gradients.labels, value: labels },
    ]
    const [norms] = this.#session.run(feeds, [gradients.norms]) as [Float32Array]
    return new Map(gradients.parameters.map((name, index) => [name, norms[index]!]))
  }

  dispose(): void {
    this.#session.dispose()
  }
}
