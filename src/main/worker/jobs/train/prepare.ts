import { runImagesOf } from '../../../../common/data/dataset.ts'
import { areImagesScaled } from '../../../../common/data/streaming.ts'
import type { Labels } from '../../../../common/data/labels.ts'
import type { Device } from '../../../../common/device.ts'
import { buildNetwork } from '../../../../common/network/network.ts'
import type { TrainJob } from '../../../../common/rpc/worker-protocol.ts'
import { stepsPerEpoch, totalSteps } from '../../../../common/training/schedule.ts'
import { survivalProbabilities } from '../../../../common/training/stochastic-depth.ts'
import type { Backend, CreateBackend } from '../../backend/backend.ts'
import { collectGarbage } from '../../backend/collect-garbage.ts'
import type { TrainingPosition } from '../../checkpoint/checkpoint.ts'
import type { BatchSource, ImageSet, RunData } from '../../source/batches/batch-source.ts'
import { DataWait, withDataWait } from '../../source/data-wait.ts'
import { readRunData } from '../../source/run-data.ts'
import { firstState } from './first-state.ts'
import type { TrainingObserver } from './observer.ts'
import { firstPosition } from './position.ts'
import { RunCheckpoints } from './run-checkpoints.ts'
import { StepTime } from './step-time.ts'

const heartbeatMs = 5_000

/** What a run is told; see `TrainJob` for the meaning of each. */
export interface TrainingInput extends Omit<TrainJob, 'kind'> {
  readonly settingsHash: string
  readonly device: Device
}

/** A run that can take its next step: what it computes with, what it trains on, and where it stands. */
export interface TrainingRun {
  readonly settings: TrainingInput['settings']
  readonly observer: TrainingObserver
  readonly backend: Backend
  readonly batches: BatchSource
  /** Of each branch of stochastic depth: its probability to survive a step. */
  readonly survival: readonly number[]
  readonly validation: ImageSet
  readonly test: ImageSet
  /** Class of each test image. */
  readonly testLabels: Labels
  /** Null for images that the backend holds. */
  readonly dataWait: DataWait | null
  /** Ends what reads ahead. */
  close(): Promise<void>
  readonly checkpoints: RunCheckpoints
  /** Moved on by every step. */
  readonly position: TrainingPosition
  readonly totalSteps: number
  readonly stepsPerEpoch: number
  readonly stepTime: StepTime
}

/** Compiles the network, loads the data, restores the newest checkpoint or makes the first state, and reports that the run has started. */
export async function prepare(input: TrainingInput, observer: TrainingObserver, createBackend: CreateBackend): Promise<TrainingRun> {
  const { settings, settingsHash } = input
  const { recipe } = settings
  const { splits } = input.manifest
  const compileStart = performance.now()
  const network = buildNetwork(settings.network)
  const backend = createBackend({
    network,
    recipe,
    precision: input.device.precision,
    device: input.device,
    imageCount: isStreamed(input) ? null : runImagesOf(splits),
    evaluatedCount: splits.test.count,
  })
  const loadStart = performance.now()
  const { training, ...data } = await loadData(input, backend, observer)
  const lengths = { totalSteps: totalSteps(recipe, training.imageCount), stepsPerEpoch: stepsPerEpoch(recipe, training.imageCount) }
  const { checkpointFolder: folder, checkpoints: known } = input
  const checkpoints = new RunCheckpoints({ folder, known, settingsHash, recipe, ...lengths, backend, observer })
  const restored = checkpoints.restore()
  if (!restored) backend.setState(firstState(network, settings, input.initialWeightsFile))
  setImmediate(collectGarbage) // what the state was set from: weights and momenta once more
  const position = restored ?? firstPosition(recipe, settingsHash)
  observer.started({
    resumedFromStep: position.step,
    resumedFromEpoch: position.epoch,
    epochElapsedMs: position.epochElapsedMs,
    compileMs: loadStart - compileStart,
    loadMs: performance.now() - loadStart,
    versions: backend.capabilities.versions,
    ...lengths,
  })
  const survival = survivalProbabilities(network)
  return {
    settings,
    observer,
    backend,
    batches: training,
    ...data,
    survival,
    checkpoints,
    position,
    ...lengths,
    stepTime: new StepTime(),
  }
}

/** The engine looks at the machine's memory; images that are scaled have to be streamed on any. */
const isStreamed = ({ streamed, manifest, settings }: TrainingInput) => streamed || areImagesScaled(manifest, settings.recipe)

/** Hands the images to the backend, unless they are streamed; nothing of them stays outside. */
async function loadData(
  input: TrainingInput,
  backend: Backend,
  observer: TrainingObserver,
): Promise<Omit<RunData, 'held'> & Pick<TrainingRun, 'dataWait'>> {
  const { datasetFolder, manifest, settings, device } = input
  // A large data set takes minutes before the first step: its bytes are checked and its mean is taken.
  const heartbeat = setInterval(() => void observer.checkMessages(0, 0), heartbeatMs)
  try {
    const read = await readRunData(datasetFolder, manifest, settings, isStreamed(input) ? device.threads : null)
    const dataWait = isStreamed(input) ? new DataWait() : null
    const { held, ...data } = dataWait ? withDataWait(read, dataWait) : read
    backend.loadData(held)
    // After this turn, when `held` is unreachable.
    setImmediate(collectGarbage)
    return { ...data, dataWait }
  } finally {
    clearInterval(heartbeat)
  }
}
