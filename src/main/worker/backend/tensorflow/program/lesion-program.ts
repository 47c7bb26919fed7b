import { entryPositions } from '../../../../../common/lesions/lesion-plan.ts'
import type { Lesion } from '../../../../../common/lesions/lesions.ts'
import { type Block, blocksOf, sectionsOf } from '../../../../../common/lesions/sections.ts'
import { elements } from '../../../../../common/network/kinds/shape.ts'
import type { Normalization } from '../../backend.ts'
import type { LesionBackend, LesionOptions } from '../../lesion-backend.ts'
import { type Feed, type HostArray, Session } from '../graph/session.ts'
import { usableKernels } from '../kernels/native-kernels.ts'
import type { OwnKernels } from '../layers/build.ts'
import { feedNormalization, feedState } from './fed-state.ts'
import { buildLesionGraph, type LesionGraph } from './lesion-graph.ts'

export interface LesionProgramOptions extends Omit<LesionOptions, 'device'> {
  readonly ownKernels: OwnKernels
}

/** A batch and what goes into the blocks at which passes begin, in the undamaged network. */
interface Held {
  readonly images: number
  readonly inputs: ReadonlyMap<number, HostArray>
}

/** TensorFlow's backend for damaged networks. Not thread-safe. */
export class LesionProgram implements LesionBackend {
  readonly #options: LesionProgramOptions
  readonly #blocks: readonly Block[]
  readonly #graph: LesionGraph
  readonly #session: Session
  /** Positions at which passes begin. */
  readonly #entries: readonly number[]
  #held: Held | null = null

  /** Takes our own kernels where they can run, unless told otherwise. */
  constructor(options: Omit<LesionProgramOptions, 'ownKernels'> & Partial<LesionProgramOptions>) {
    this.#options = { ownKernels: usableKernels(options.precision), ...options }
    this.#blocks = blocksOf(sectionsOf(options.network))
    this.#entries = entryPositions(this.#blocks.length)
    this.#graph = buildLesionGraph(this.#options)
    this.#session = new Session(this.#graph.graph)
  }

  loadData(normalization: Normalization): void {
    feedNormalization(this.#session, this.#graph.data, normalization)
  }

  setState(state: ReadonlyMap<string, Float32Array>): void {
    this.#held = null
    feedState(this.#session, this.#graph, state)
  }

  hold(pixels: Uint8Array): Float32Array {
    const { network, batchSize } = this.#options
    const imageBytes = elements(network.design.inputShape)
    const images = pixels.length / imageBytes
    if (images < 1 || images > batchSize) throw new Error(`Expected 1 to ${batchSize} images, got ${images}`)
    const batch = new Uint8Array(batchSize * imageBytes)
    batch.set(pixels)
    const intact = this.#scales(this.#blocks.map(() => 1))
    const inputs = this.#entries.map((position) => this.#graph.borders[this.#blocks[position]!.section]!)
    const [logits, ...held] = this.#session.run(
      [{ placeholder: this.#graph.pixels, value: batch }, intact],
      [this.#graph.logits, ...inputs],
    )
    this.#held = { images, inputs: new Map(this.#entries.map((position, entry) => [position, held[entry]!])) }
    return this.#scored(logits as Float32Array)
  }

  damaged({ order, scales }: Lesion): Float32Array {
    if (!this.#held) throw new Error('Expected a batch to be held; none was')
    const feed = this.#scales(scales)
    const first = order.findIndex((block, position) => block !== position || scales[block] !== 1)
    const lastMoved = order.findLastIndex((block, position) => block !== position)
    let position = this.#entries.findLast((entry) => entry <= (first < 0 ? order.length : first))!
    let x = this.#held.inputs.get(position)!
    // What was moved is computed block by block, the rest behind it at once.
    for (; position <= lastMoved || !(this.#held.inputs.has(position) || position === order.length); position++) {
      const { section } = this.#blocks[order[position]!]!
      const [behind, next] = [this.#blocks[position]!.section + 1, this.#blocks[position + 1]?.section]
      x = this.#between(section, x, section + 1, feed)
      // A pool may stand between two blocks.
      if (next !== undefined && next > behind) x = this.#between(behind, x, next, feed)
    }
    const rest = position < order.length ? this.#blocks[position]!.section : this.#blocks[position - 1]!.section + 1
    const [logits] = this.#session.run([this.#input(rest, x), feed], [this.#graph.logits])
    return this.#scored(logits as Float32Array)
  }

  /** Computes from what goes into one section what goes into another. */
  #between(from: number, x: HostArray, to: number, scales: Feed): HostArray {
    return this.#session.run([this.#input(from, x), scales], [this.#graph.borders[to]!])[0]!
  }

  dispose(): void {
    this.#held = null
    this.#session.dispose()
  }

  /** Leaves out what filled up the batch. */
  #scored(logits: Float32Array): Float32Array {
    return logits.slice(0, this.#held!.images * this.#options.network.design.classes)
  }

  #scales(scales: readonly number[]): Feed {
    return { placeholder: this.#graph.scales, value: Float32Array.from(scales) }
  }

  #input(section: number, value: HostArray): Feed {
    return { placeholder: this.#graph.borders[section]!, value }
  }
}
