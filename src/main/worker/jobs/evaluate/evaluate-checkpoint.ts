/**
 * Tests one checkpoint under one protocol: softmax scores of every view of every image, averaged over the views, written to a file.
 *
 * Claim: a single view gives the errors that the run's epoch had; 10-crop and multi-scale give the mean over crops and scales that PyTorch
 * gives. Evidence: test/integration/worker/evaluate, `npm run parity -- protocols`; figures in docs/numbers.md.
 */
import { viewGroups, type ViewGroup } from '../../../../common/evaluation/scoring-plan.ts'
import { ScoreSums } from '../../../../common/evaluation/score-sums.ts'
import type { Device } from '../../../../common/device.ts'
import { buildNetwork, type Network } from '../../../../common/network/network.ts'
import type { SplitResult } from '../../../../common/results/metrics.ts'
import type { EvaluateJob } from '../../../../common/rpc/worker-protocol.ts'
import { writeScores } from '../../../data/scores/write-scores.ts'
import type { CreateScoringBackend, ScoringOptions } from '../../backend/backend.ts'
import { readTestedWeights } from '../../checkpoint/tested-weights.ts'
import { openScoringData, type ScoringData } from '../../source/streamed/scoring-data.ts'
import { averagedStatistics } from './batch-statistics.ts'
import { Pace, type ScoringObserver, type ScoringProgress, withHeartbeat } from './observer.ts'

export interface EvaluationInput extends Omit<EvaluateJob, 'kind'> {
  readonly device: Device
}

export interface EvaluationOutput {
  readonly results: SplitResult
  readonly images: number
  readonly scores: { readonly bytes: number; readonly sha256: string }
}

/** Rows of scores that are written at once. */
const writtenRows = 1000

/** @throws Stopped when it was asked to stop; SkiplabError bad-input where data or checkpoint are damaged; DeviceUnavailable */
export async function evaluateCheckpoint(
  input: EvaluationInput,
  observer: ScoringObserver,
  createBackend: CreateScoringBackend,
): Promise<EvaluationOutput> {
  const { settings, manifest, device, split } = input
  observer.progress({ phase: 'starting', done: 0, total: 0, imagesPerSecond: null })
  const data = await withHeartbeat(observer, () => openScoringData(input.datasetFolder, manifest, settings, split, device.threads))
  const scorer = new Scorer(input, data, observer, createBackend)
  const scores = await scorer.scores()
  const { classes } = settings.network
  const sums = new ScoreSums(classes)
  sums.add(scores, data.labels)
  const images = data.labels.length
  const head = { images, classes, imageSplit: data.imageSplit, labels: data.labels, indices: data.indices }
  return { results: sums.result(), images, scores: await writeScores(input.scoresFile, { ...head, blocks: rowsOf(scores, classes) }) }
}

/** Scores a split with one program after the other: one for each size that the protocol shows. */
class Scorer {
  readonly #input: EvaluationInput
  readonly #data: ScoringData
  readonly #observer: ScoringObserver
  readonly #createBackend: CreateScoringBackend
  readonly #network: Network

  constructor(input: EvaluationInput, data: ScoringData, observer: ScoringObserver, createBackend: CreateScoringBackend) {
    this.#input = input
    this.#data = data
    this.#observer = observer
    this.#createBackend = createBackend
    this.#network = buildNetwork(input.settings.network)
  }

  /** Softmax averaged over all views: fp32 [images, classes]. */
  async scores(): Promise<Float32Array> {
    const { protocol, settings, manifest } = this.#input
    const groups = viewGroups(protocol, { network: this.#network, recipe: settings.recipe, manifest })
    const state = await this.#state()
    const images = this.#data.labels.length
    const views = groups.reduce((sum, group) => sum + group.windowCount * group.views.length, 0)
    const sums = new Float32Array(images * settings.network.classes)
    const pace = new Pace(this.#observer, 'scoring', images * views)
    for (const alike of alikeGroups(groups)) await this.#addGroups(alike, state, sums, pace)
    return sums.map((sum) => sum / views)
  }

  /** Weights, and the statistics that BN is to take. */
  async #state(): Promise<ReadonlyMap<string, Float32Array>> {
    const { settings, checkpointFile, settingsHash, batchStatistics } = this.#input
    const state = readTestedWeights(checkpointFile, settingsHash)
    if (batchStatistics === 'moving') return state
    const batchSize = settings.recipe.microBatchSize ?? settings.recipe.batchSize
    const backend = this.#backend(this.#network, { batchSize: 1, padding: 0, statisticsBatchSize: batchSize }, state)
    const images = await this.#data.openTraining(batchSize)
    try {
      const pace = new Pace(this.#observer, 'batch-statistics', images.count)
      return new Map([...state, ...(await averagedStatistics(backend, images, batchSize, pace))])
    } finally {
      await images.close()
      backend.dispose()
    }
  }

  async #addGroups(
    groups: readonly ViewGroup[],
    state: ReadonlyMap<string, Float32Array>,
    sums: Float32Array,
    pace: Pace<ScoringProgress['phase']>,
  ): Promise<void> {
    const { network, batchSize, views } = groups[0]!
    const { padding } = views[0]!
    const backend = this.#backend(network, { batchSize, padding, statisticsBatchSize: null }, state)
    try {
      for (const group of groups) await this.#addGroup(group, backend, sums, pace)
    } finally {
      backend.dispose()
    }
  }

  async #addGroup(
    group: ViewGroup,
    backend: ReturnType<CreateScoringBackend>,
    sums: Float32Array,
    pace: Pace<ScoringProgress['phase']>,
  ): Promise<void> {
    const { network, windowCount, views } = group
    const [height, width] = network.design.inputShape
    const images = await this.#data.open(group, { height, width })
    const imagesAtOnce = Math.max(1, Math.floor(backend.capabilities.evaluationBatchSize / windowCount))
    try {
      for (let start = 0; start < images.count; start += imagesAtOnce) {
        const end = Math.min(images.count, start + imagesAtOnce)
        const { pixels } = await images.read(start, end)
        const seen: Float32Array[] = []
        for (const view of views) seen.push(await pace.compute((end - start) * windowCount, () => backend.scores(pixels, view)))
        addScores(sums.subarray(start * network.design.classes), seen, windowCount, network.design.classes)
      }
    } finally {
      await images.close()
    }
  }

  #backend(
    network: Network,
    options: Pick<ScoringOptions, 'batchSize' | 'padding' | 'statisticsBatchSize'>,
    state: ReadonlyMap<string, Float32Array>,
  ): ReturnType<CreateScoringBackend> {
    const { settings, device } = this.#input
    const backend = this.#createBackend({ network, recipe: settings.recipe, precision: device.precision, device, ...options })
    const [height, width] = network.design.inputShape
    backend.loadData(this.#data.normalization({ height, width }))
    backend.setState(state)
    return backend
  }
}

/** Adds the scores of each image's windows, window by window. @param seen of each view: [images, windows, classes] */
function addScores(sums: Float32Array, seen: readonly Float32Array[], windowCount: number, classes: number): void {
  const imageScores = windowCount * classes
  const images = seen[0]!.length / imageScores
  for (let image = 0; image < images; image++) {
    for (let from = image * imageScores; from < (image + 1) * imageScores; from += classes) {
      for (const scores of seen) for (let index = 0; index < classes; index++) sums[image * classes + index]! += scores[from + index]!
    }
  }
}

/** Puts consecutive groups together that one program can score. */
function alikeGroups(groups: readonly ViewGroup[]): ViewGroup[][] {
  const keyOf = ({ network, views }: ViewGroup) => JSON.stringify([network.design.inputShape, views[0]!.padding])
  const alike: ViewGroup[][] = []
  for (const group of groups) {
    const last = alike.at(-1)
    if (last && keyOf(last[0]!) === keyOf(group)) last.push(group)
    else alike.push([group])
  }
  return alike
}

function* rowsOf(scores: Float32Array, classes: number): Generator<Float32Array> {
  for (let start = 0; start < scores.length; start += writtenRows * classes) yield scores.subarray(start, start + writtenRows * classes)
}
