import type { Device } from '../../../common/device.ts'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { messageOf } from '../../../common/caught.ts'
import type { DatasetManifest } from '../../../common/data/dataset.ts'
import { type Network, buildNetwork } from '../../../common/network/network.ts'
import type { EpochRecord, LayerStatistic, SplitResult, StepSample } from '../../../common/records/records.ts'
import type { CheckpointRecord } from '../../../common/rpc/worker-protocol.ts'
import { drawAugmentation } from '../../../common/training/augmentation.ts'
import { Random, randomStreams } from '../../../common/training/random.ts'
import type { Recipe } from '../../../common/training/recipe.ts'
import type { RunSettings } from '../../../common/training/run-settings.ts'
import { learningRateAt, stepsPerEpoch, totalSteps, warmUpGoesOn, warmUpWindow } from '../../../common/training/schedule.ts'
import { requireDevice } from '../backend/tensorflow/graph/device.ts'
import { evaluate } from './evaluation.ts'
import { checkpointFileName, pruneCheckpoints, readCheckpoint, removeStrayCheckpoints, writeCheckpoint, type TrainingPosition } from '../checkpoint/checkpoint.ts'
import { initialState } from '../backend/tensorflow/program/initial-state.ts'
import { TrainingProgram, type StepReport } from '../backend/tensorflow/program/training-program.ts'
import { loadRunData } from './run-data.ts'

/** What a run is told; see `WorkerStart` for the meaning of each. */
export interface TrainingInput {
  readonly settings: RunSettings
  readonly settingsHash: string
  readonly manifest: DatasetManifest
  readonly datasetFolder: string
  readonly checkpointFolder: string
  readonly checkpoints: readonly string[]
  readonly device: Device
}

export interface Progress {
  readonly epoch: number
  readonly step: number
  readonly loss: number | null
  readonly trainError: number | null
  readonly learningRate: number
  readonly imagesPerSecond: number | null
  readonly phase: 'training' | 'evaluating' | 'checkpointing'
}

/** What is asked of a run between two blocking calls. */
export type Wish = 'go-on' | 'stop' | 'stop-after-epoch'

/** Where the run's news go, and how it learns that it should end early. */
export interface TrainingObserver {
  started(details: { resumedFromStep: number; resumedFromEpoch: number; epochElapsedMs: number; compileMs: number; loadMs: number; totalSteps: number; stepsPerEpoch: number }): void
  progress(progress: Progress): void
  step(sample: StepSample): void
  epoch(record: EpochRecord, layerStatistics: LayerStatistic[]): void
  checkpoint(checkpoint: CheckpointRecord, removed: string[]): void
  checkpointRejected(file: string, reason: string): void
  /** Called between two blocking calls; lets messages in. @returns whether and when to stop */
  breathe(step: number, expectedMs: number): Promise<Wish>
}

export type TrainingOutcome =
  | { readonly kind: 'finished'; readonly step: number }
  | { readonly kind: 'stopped'; readonly step: number; readonly epochElapsedMs: number }
  | { readonly kind: 'diverged'; readonly step: number; readonly reason: string }

/** Images in one branch of the evaluation program: on a CPU so few that what a layer hands to the next stays in its caches. */
const branchSize = { cpu: 50, cuda: 100 }

/** Trains one run from its start or its last valid checkpoint to its end, divergence or a stop. */
export async function train(input: TrainingInput, observer: TrainingObserver): Promise<TrainingOutcome> {
  const { settings } = input
  const { recipe, seed } = settings
  const network = buildNetwork(settings.network)

  const { program, data, compileMs, loadMs } = await prepare(input, network)
  const restoreStart = performance.now()
  const { position, files } = restore(program, input, observer, () => initialState(network, seed))
  removeStrayCheckpoints(input.checkpointFolder, input.checkpoints)
  const steps = totalSteps(recipe, data.train.length)
  const perEpoch = stepsPerEpoch(recipe, data.train.length)
  observer.started({
    resumedFromStep: position.step,
    resumedFromEpoch: position.epoch,
    epochElapsedMs: position.epochElapsedMs,
    compileMs,
    loadMs: loadMs + performance.now() - restoreStart,
    totalSteps: steps,
    stepsPerEpoch: perEpoch,
  })

  const channels = network.design.inputShape[2]
  const stepTime = new StepTime()
  const save = (error: number | null) => {
    observer.progress({ ...pulse(position, stepTime.imagesPerSecond(recipe.batchSize), 'checkpointing'), learningRate: learningRateAt(recipe, position.step, steps, position.warming) })
    if (error !== null && (!position.best || error < position.best.error)) position.best = { file: checkpointFileName(position), error }
    const checkpoint = writeCheckpoint(input.checkpointFolder, { position, state: program.state() }, program.stateShapes(), error)
    const known = files.indexOf(checkpoint.file)
    if (known >= 0) files.splice(known, 1)
    files.push(checkpoint.file)
    const removed = pruneCheckpoints(input.checkpointFolder, files, position.best?.file ?? null)
    for (const file of removed) files.splice(files.indexOf(file), 1)
    observer.checkpoint(checkpoint, removed)
  }

  // Also before the first step: the attempt before may have ended between the checkpoint and its last word.
  let stuck = stuckAtChance(position, recipe, network.design.classes)
  while (stuck === null && (position.step < steps || position.epochSteps > 0)) {
    const epoch = position.epoch + 1
    const order = epochOrder(data.train, seed, epoch)
    const lastOfEpoch = Math.min(perEpoch, steps - position.epoch * perEpoch)
    const epochStart = performance.now() - position.epochElapsedMs
    let learningRate = learningRateAt(recipe, Math.max(0, position.step - 1), steps, position.warming)
    const stop = (): TrainingOutcome => {
      position.epochElapsedMs = performance.now() - epochStart
      save(null)
      return { kind: 'stopped', step: position.step, epochElapsedMs: position.epochElapsedMs }
    }

    while (position.epochSteps < lastOfEpoch) {
      if ((await observer.breathe(position.step, stepTime.expectedMs)) === 'stop') return stop()

      // Before a step, not after it: until then the position tells the rate of the step before, also to whoever resumes here.
      position.warming &&= warmUpGoesOn(recipe, position.recentErrors)
      learningRate = learningRateAt(recipe, position.step, steps, position.warming)
      const first = position.epochSteps * recipe.batchSize
      const indices = Int32Array.from({ length: recipe.batchSize }, (_, i) => order[(first + i) % order.length]!)
      const stepStart = performance.now()
      const augmentation = drawAugmentation(recipe, recipe.batchSize, channels, seed, position.step)
      const report = program.step({ indices, augmentation, learningRate })
      stepTime.add(performance.now() - stepStart)
      advance(position, report)

      const reason = divergence(report, recipe.maximumLoss, position.step, learningRate)
      if (position.step % recipe.stepLogInterval === 0 || reason) {
        observer.step({ step: position.step, loss: finite(report.loss), gradientNorm: finite(report.gradientNorm), learningRate })
      }
      if (reason) return { kind: 'diverged', step: position.step, reason }
      observer.progress({ ...pulse(position, stepTime.imagesPerSecond(recipe.batchSize), 'training'), loss: finite(report.loss), learningRate })
    }

    const train: SplitResult = { loss: position.epochLossSum / position.epochSteps, error: position.epochErrorSum / position.epochSteps }
    observer.progress({ ...pulse(position, stepTime.imagesPerSecond(recipe.batchSize), 'evaluating'), learningRate })
    const mayGoOn = async () => (await observer.breathe(position.step, stepTime.expectedMs)) !== 'stop'
    const validated = await evaluate(program, { indices: data.validation, observed: 0 }, mayGoOn)
    const tested = validated && (await evaluate(program, { indices: data.test, observed: recipe.statisticsSize }, mayGoOn))
    if (!validated || !tested) return stop()
    const { layers, ...test } = tested
    const validation = data.validation.length ? { loss: validated.loss, error: validated.error } : null
    if (![test.loss, ...layers.map(({ std }) => std)].every(Number.isFinite)) {
      return { kind: 'diverged', step: position.step, reason: `the test loss of epoch ${epoch} is not a number (learning rate ${learningRate})` }
    }
    const images = position.epochSteps * recipe.batchSize
    const atChance = train.error > chanceLevel(network.design.classes)
    Object.assign(position, { epoch, epochSteps: 0, epochLossSum: 0, epochErrorSum: 0, epochElapsedMs: 0, chanceEpochs: atChance ? position.chanceEpochs + 1 : 0 })
    save((validation ?? test).error)
    const elapsedMs = performance.now() - epochStart
    observer.epoch(
      {
        epoch,
        step: position.step,
        learningRate,
        train,
        validation,
        test,
        imagesPerSecond: (images * 1000) / elapsedMs,
        elapsedMs,
        peakMemoryBytes: process.resourceUsage().maxRSS * 1024,
        finishedAt: Date.now(),
      },
      layers.map((layer) => ({ epoch, ...layer })),
    )
    stuck = stuckAtChance(position, recipe, network.design.classes)
    const wish = await observer.breathe(position.step, stepTime.expectedMs)
    if (stuck === null && wish !== 'go-on' && position.step < steps) return { kind: 'stopped', step: position.step, epochElapsedMs: position.epochElapsedMs }
  }
  return stuck === null ? { kind: 'finished', step: position.step } : { kind: 'diverged', step: position.step, reason: stuck }
}

/** Compiles the program and fills it with the run's images, of which nothing is kept outside TensorFlow. */
async function prepare({ settings: { recipe }, device, datasetFolder, manifest }: TrainingInput, network: Network) {
  requireDevice(device)
  const start = performance.now()
  const { resident, ...data } = await loadRunData(datasetFolder, manifest, recipe)
  const loadedAt = performance.now()
  // A worker on the CPU lets two ops run side by side when it has two threads or more; see environment.ts.
  const evaluationBranches = device.kind === 'cpu' && device.threads > 1 ? 2 : 1
  const evaluationBatchSize = evaluationBranches * Math.min(branchSize[device.kind], Math.ceil(data.test.length / evaluationBranches))
  const program = new TrainingProgram({ network, recipe, precision: device.precision, imageCount: data.imageCount, evaluationBatchSize, evaluationBranches })
  const compiledAt = performance.now()
  program.loadData(resident)
  // After this turn, when `resident` is unreachable.
  setImmediate(collectGarbage)
  return { program, data, compileMs: compiledAt - loadedAt, loadMs: loadedAt - start + (performance.now() - compiledAt) }
}

/** The files' bytes are in TensorFlow now; V8 would keep the second copy for as long as its own heap stays small. */
function collectGarbage(): void {
  setFlagsFromString('--expose-gc')
  runInNewContext('gc()')
}

/** Sets the program's state from the newest checkpoint that is whole, or from the seed. */
function restore(program: TrainingProgram, input: TrainingInput, observer: TrainingObserver, untrained: () => Map<string, Float32Array>): { position: TrainingPosition; files: string[] } {
  for (const [index, file] of input.checkpoints.entries()) {
    try {
      const checkpoint = readCheckpoint(input.checkpointFolder, file, input.settingsHash)
      program.setState(checkpoint.state)
      return { position: checkpoint.position, files: input.checkpoints.slice(index).reverse() }
    } catch (error) {
      observer.checkpointRejected(file, messageOf(error))
    }
  }
  program.setState(untrained())
  const position: TrainingPosition = {
    step: 0, epoch: 0, epochSteps: 0, epochLossSum: 0, epochErrorSum: 0, epochElapsedMs: 0,
    warming: input.settings.recipe.warmupLearningRate !== null, recentErrors: [], chanceEpochs: 0, best: null, settingsHash: input.settingsHash,
  }
  return { position, files: [] }
}

/** A new order for each epoch, a function of seed and epoch alone. */
function epochOrder(train: Uint32Array, seed: number, epoch: number): Uint32Array {
  return new Random(seed, randomStreams.order, epoch).shuffle(train.slice())
}

function advance(position: TrainingPosition, report: StepReport): void {
  position.step++
  position.epochSteps++
  position.epochLossSum += report.loss
  position.epochErrorSum += report.error
  if (position.warming) position.recentErrors = [...position.recentErrors, report.error].slice(-warmUpWindow)
}

function divergence(report: StepReport, maximumLoss: number, step: number, learningRate: number): string | null {
  if (!Number.isFinite(report.loss)) return `the loss is not a number at step ${step} (learning rate ${learningRate})`
  if (report.loss > maximumLoss) return `the loss is ${report.loss.toPrecision(4)} at step ${step}, above the bound of ${maximumLoss} (learning rate ${learningRate})`
  return null
}

/** Training error above which an epoch has learned nothing. */
function chanceLevel(classes: number): number {
  return 0.98 * (1 - 1 / classes)
}

function stuckAtChance({ chanceEpochs }: TrainingPosition, recipe: Pick<Recipe, 'chanceEpochs'>, classes: number): string | null {
  if (recipe.chanceEpochs === 0 || chanceEpochs < recipe.chanceEpochs) return null
  return `stuck at chance: the training error was above ${(100 * chanceLevel(classes)).toFixed(1)} % for ${chanceEpochs} epochs`
}

function pulse(position: TrainingPosition, imagesPerSecond: number | null, phase: Progress['phase']): Omit<Progress, 'learningRate'> {
  const trainError = position.epochSteps > 0 ? position.epochErrorSum / position.epochSteps : null
  return { epoch: position.epoch + 1, step: position.step, loss: null, trainError, imagesPerSecond, phase }
}

function finite(value: number): number | null {
  return Number.isFinite(value) ? value : null
}

/** Time of a step, smoothed over the last dozen. */
class StepTime {
  #meanMs: number | null = null

  add(elapsedMs: number): void {
    this.#meanMs = this.#meanMs === null ? elapsedMs : this.#meanMs + (elapsedMs - this.#meanMs) / 12
  }

  /** 0 before the first step. */
  get expectedMs(): number {
    return this.#meanMs ?? 0
  }

  imagesPerSecond(batchSize: number): number | null {
    return this.#meanMs === null ? null : (batchSize * 1000) / this.#meanMs
  }
}
