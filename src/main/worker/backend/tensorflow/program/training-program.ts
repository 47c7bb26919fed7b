import { elements } from '../../../../../common/network/kinds/shape.ts'
import {
  type Backend,
  type BatchImages,
  type Capabilities,
  countOf,
  type Evaluation,
  imagesBetween,
  microBatches,
  type Normalization,
  type ResidentData,
  type ResponseMoments,
  type StepReport,
  type TrainingBatch,
} from '../../backend.ts'
import { momentumName } from '../../../../../common/network/state-names.ts'
import type { Accumulation } from './accumulation.ts'
import type { DataVariables } from './data-variables.ts'
import type { Evaluated } from './evaluation-program.ts'
import { cutArrays, joinedArrays, type Part } from './flat-state.ts'
import type { Tensor } from '../graph/graph.ts'
import { nativeKernels, usableKernels } from '../kernels/native-kernels.ts'
import { nativeBinding, Session, type Feed, type HostArray } from '../graph/session.ts'
import { buildProgramGraph, type ProgramGraph, type ProgramOptions } from './program-graph.ts'

/** TensorFlow's backend: the compiled programs of one run, with its weights and its data. Not thread-safe. */
export class TrainingProgram implements Backend {
  readonly #programs: ProgramGraph
  readonly #session: Session
  readonly options: ProgramOptions
  readonly capabilities: Capabilities

  /** Takes our own kernels where they can run, unless told otherwise. */
  constructor(options: Omit<ProgramOptions, 'ownKernels'> & Partial<ProgramOptions>) {
    this.options = { ownKernels: usableKernels(options.precision), ...options }
    this.#programs = buildProgramGraph(this.options)
    this.#session = new Session(this.#programs.graph)
    this.capabilities = {
      computesOn: nativeBinding().isUsingGpuDevice() ? 'cuda' : 'cpu',
      evaluationBatchSize: this.options.evaluationBatchSize,
      versions: { libtensorflow: nativeBinding().TF_Version, kernels: nativeKernels()?.instructions ?? 'none' },
    }
  }

  /** @throws Error where images are given and none are to be held, or the other way round */
  loadData(data: Normalization | ResidentData): void {
    const { create, mean, inverseStd, resident } = this.#programs.data
    const images = 'images' in data ? data : null
    if ((images === null) !== (resident === null))
      throw new Error(`Expected ${resident ? 'images to hold' : 'no images'}, got the opposite`)
    const feeds = [
      { placeholder: mean.value, value: data.mean },
      { placeholder: inverseStd.value, value: data.inverseStd },
    ]
    if (!resident || !images) {
      this.#session.run(feeds, [create])
      return
    }
    const labels = { placeholder: resident.labels.value, value: images.labels }
    this.#session.run([{ placeholder: resident.black, value: Uint8Array.of(0) }, labels, ...feeds], [create])
    this.#holdImages(resident, images)
  }

  #holdImages({ rows, pixels, setRows, images: { shape } }: NonNullable<DataVariables['resident']>, { images }: ResidentData): void {
    const count = shape[0]!
    const chunk = rows.shape[0]!
    for (let first = 0; first < count; first += chunk) {
      const start = Math.min(first, count - chunk) // the last chunk overlaps the one before
      const indices = Int32Array.from({ length: chunk }, (_, row) => start + row)
      this.#session.run(
        [
          { placeholder: rows, value: indices },
          { placeholder: pixels, value: images(start, start + chunk) },
        ],
        [setRows],
      )
    }
  }

  stateShapes(): Map<string, readonly number[]> {
    return new Map(
      this.#stateParts()
        .flat()
        .map(({ name, shape }) => [name, shape]),
    )
  }

  /** Reads the state; the arrays are views of three. */
  state(): Map<string, Float32Array> {
    const vectors = this.#session.run(
      [],
      this.#programs.state.values.map(({ read }) => read),
    ) as Float32Array[]
    return new Map(this.#stateParts().flatMap((parts, index) => [...cutArrays(vectors[index]!, parts)]))
  }

  setState(state: ReadonlyMap<string, Float32Array>): void {
    const { values, assign } = this.#programs.state
    const feeds = this.#stateParts().map((parts, index) => ({ placeholder: values[index]!.value, value: joinedArrays(state, parts) }))
    this.#session.run(feeds, [assign])
    // Steps come next, and start-up is over.
    nativeKernels()?.releaseLibraryPages()
  }

  /** Names what the three flat vectors of the state hold, in their order. */
  #stateParts(): Part[][] {
    const { convolutions, others, statistics } = this.#programs.state.layout
    const weights = [...convolutions, ...others]
    return [weights, weights.map(({ name, shape }) => ({ name: momentumName(name), shape })), [...statistics]]
  }

  step(batch: TrainingBatch, learningRate: number, survivals?: Float32Array): StepReport {
    const { step } = this.#programs
    const rate = { placeholder: step.learningRate, value: Float32Array.of(learningRate) }
    if (step.accumulation) return this.#stepInParts(step.accumulation, this.#parts(batch, survivals), rate)
    const [report] = this.#session.run([...this.#batchFeeds(batch, survivals), rate], [step.report!])
    const [loss, error, gradientNorm] = report as Float32Array
    return { loss: loss!, error: error!, gradientNorm: gradientNorm! }
  }

  #stepInParts({ addition, update }: Accumulation, parts: readonly Feed[][], rate: Feed): StepReport {
    let [loss, error] = [0, 0]
    for (const feeds of parts) {
      const [losses] = this.#session.run(feeds, [addition]) as Float32Array[]
      loss += losses![0]! / parts.length
      error += losses![1]! / parts.length
    }
    const [norm] = this.#session.run([rate], [update]) as Float32Array[]
    return { loss, error, gradientNorm: norm![0]! }
  }

  /** Computes what augmentation makes of a batch, without an update: fp32 [batch, height, width, channels]. */
  augmented(batch: TrainingBatch): Float32Array {
    const { augmented } = this.#programs.step
    const parts = this.#parts(batch).map((feeds) => this.#session.run(feeds, [augmented])[0]!)
    const images = new Float32Array(parts.length * elements(augmented.shape))
    parts.forEach((part, index) => images.set(part, index * elements(augmented.shape)))
    return images
  }

  /** Computes the loss's gradient for every parameter, without an update. */
  gradients(batch: TrainingBatch, survivals?: Float32Array): Map<string, Float32Array> {
    const parts = this.#parts(batch, survivals).map((feeds) => this.#session.run(feeds, [this.#programs.step.gradient])[0]!)
    const gradient = Float32Array.from(parts[0]!, (_, index) => parts.reduce((sum, part) => sum + part[index]!, 0))
    return cutArrays(gradient, this.#stateParts()[0]!)
  }

  evaluate(images: BatchImages): Evaluation {
    return this.#evaluation(images, this.#programs.evaluation.plain)
  }

  /** Gives, by our own ops, the same losses as {@link evaluate}, to the bit. */
  observe(images: BatchImages): Evaluation & { responses: ResponseMoments[] } {
    const { moments, layers, ...evaluated } = this.#programs.evaluation.withMoments
    const size = this.options.evaluationBatchSize
    const responses = layers.map((layer) => ({
      layer,
      means: new Float32Array(countOf(images)),
      variances: new Float32Array(countOf(images)),
    }))
    const evaluation = this.#evaluation(images, evaluated, [moments], ([all], offset, count) => {
      const row = (at: number) => all!.subarray(at * size, at * size + count)
      responses.forEach((of, layer) => {
        of.means.set(row(2 * layer), offset)
        of.variances.set(row(2 * layer + 1), offset)
      })
    })
    return { ...evaluation, responses }
  }

  /** Computes the scores of each image: fp32 [images, classes]. */
  logits(images: BatchImages): Float32Array {
    const { classes } = this.options.network.design
    const logits = new Float32Array(countOf(images) * classes)
    this.#inBatches(images, [this.#programs.evaluation.plain.logits], ([scores], offset, count) =>
      logits.set(scores!.subarray(0, count * classes), offset * classes),
    )
    return logits
  }

  dispose(): void {
    this.#session.dispose()
  }

  /** Feeds of each micro-batch; of the whole batch where there are none. */
  #parts(batch: TrainingBatch, survivals?: Float32Array): Feed[][] {
    const { step } = this.#programs
    const parts = step.accumulation ? microBatches(batch, step.batch) : [batch]
    return parts.map((part) => this.#batchFeeds(part, survivals))
  }

  #batchFeeds({ images, augmentation }: TrainingBatch, survivals: Float32Array | null = null): Feed[] {
    const { step } = this.#programs
    return [
      ...step.input.feeds(images),
      ...drawFeed('crops', step.crops, augmentation.crops),
      ...drawFeed('colour shifts', step.shifts, augmentation.shifts),
      ...drawFeed('stochastic depth', step.survivals, survivals),
    ]
  }

  /** @param further what `take` is handed of each batch */
  #evaluation(
    images: BatchImages,
    { losses, topOneErrors, predictions, topFiveErrors }: Evaluated,
    further: readonly Tensor[] = [],
    take: TakeBatch = () => undefined,
  ): Evaluation {
    const fetches = [losses, topOneErrors, predictions, ...(topFiveErrors ? [topFiveErrors] : [])]
    const [loss, topOne, predicted, topFive] = fetches.map(() => new Float32Array(countOf(images)))
    this.#inBatches(images, [...fetches, ...further], (fetched, offset, count) => {
      for (const [index, values] of [loss, topOne, predicted, topFive].entries()) values?.set(fetched[index]!.subarray(0, count), offset)
      take(fetched.slice(fetches.length), offset, count)
    })
    return { losses: loss!, topOneErrors: topOne!, topFiveErrors: topFive ?? null, predictions: Int32Array.from(predicted!) }
  }

  /** Runs batches of the evaluation program's size; the last one is filled up with its first image. */
  #inBatches(images: BatchImages, fetches: readonly Tensor[], take: TakeBatch): void {
    const size = this.options.evaluationBatchSize
    const total = countOf(images)
    for (let offset = 0; offset < total; offset += size) {
      const count = Math.min(size, total - offset)
      const feeds = this.#programs.evaluation.input.feeds(imagesBetween(images, offset, offset + count))
      take(this.#session.run(feeds, fetches) as Float32Array[], offset, count)
    }
  }
}

/** Takes what was fetched of a batch: of `count` images, the first of which is number `offset`. */
type TakeBatch = (fetched: readonly Float32Array[], offset: number, count: number) => void

/** Feeds draws to their placeholder, if there is one. @throws Error where the program wants draws and gets none, or not as many */
function drawFeed(title: string, placeholder: Tensor | null, value: HostArray | null): Feed[] {
  if (!placeholder) return []
  const wanted = elements(placeholder.shape)
  if (value?.length !== wanted) throw new Error(`Expected ${wanted} numbers for the batch's ${title}, got ${value?.length ?? 'none'}`)
  return [{ placeholder, value }]
}
