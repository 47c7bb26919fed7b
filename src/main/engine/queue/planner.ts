import { enlargedImages, imageMemoryBytes } from '../../../common/data/streaming.ts'
import { depthOf, labelOf } from '../../../common/network/design.ts'
import { buildNetwork } from '../../../common/network/network.ts'
import { SkiplabError } from '../../../common/failure.ts'
import type { PlannedRun, SweepPlan } from '../../../common/records/records.ts'
import type { CallOutput } from '../../../common/rpc/contract.ts'
import { expandSweep } from '../../../common/sweep/expand.ts'
import { type Estimate, fourInFive, stretched } from '../../../common/sweep/forecast.ts'
import { estimateMemory } from '../../../common/sweep/memory.ts'
import type { Sweep } from '../../../common/sweep/sweep.ts'
import { type RunSettings, startInName } from '../../../common/training/run-settings.ts'
import { totalEpochs, totalSteps } from '../../../common/training/schedule.ts'
import type { NewRun } from '../../store/runs.ts'
import type { Store } from '../../store/store.ts'
import { settingsHashOf } from '../../worker/checkpoint/settings-hash.ts'
import type { Datasets, PlannedDataset } from '../library/datasets.ts'
import type { InitialWeightFiles } from '../library/initial-weight-files.ts'
import type { PlannedSlot } from './estimator.ts'
import type { Forecaster, PlannedTraining } from './forecaster.ts'
import { startsOf, startWords, weightSource } from '../library/initial-weights.ts'
import { runTooLarge } from './run-too-large.ts'
import type { Journal } from '../journal/journal.ts'
import { usableMemoryBytes } from '../machine/devices.ts'

interface PlannerOptions {
  readonly store: Store
  readonly journal: Journal
  readonly datasets: Datasets
  readonly initialWeights: InitialWeightFiles
  readonly checkpointsFolder: string
  readonly forecaster: Forecaster
  /** Memory that the runs of this workspace could have if none of them ran. */
  readonly freeMemoryBytes: () => number
}

/** Turns sweeps into runs: what they are, what they cost, and their position in the queue. */
export class Planner {
  readonly #options: PlannerOptions

  constructor(options: PlannerOptions) {
    this.#options = options
  }

  /**
   * @param place that the runs would be bound to; null: any
   * @throws SkiplabError bad-input or not-found, before anything is changed
   */
  async plan(sweep: Sweep, again: boolean, place: string | null = null): Promise<SweepPlan> {
    const { store, datasets, forecaster } = this.#options
    const manifest = await datasets.forPlanning(sweep.dataset)
    const source = await weightSource(this.#options, sweep.initialWeights)
    const settings = expandSweep(sweep, manifest, source?.weights)
    if (source) startsOf(source, settings)
    const best = forecaster.slotsOf(place, 1)[0]!.device.precision
    const precisions = settings.map(({ recipe }) => (recipe.precision === 'auto' ? best : recipe.precision))
    const reused = settings.map((each, index) => (again ? null : store.runs.trainedLike(settingsHashOf(each), precisions[index]!)))
    const left = reused.filter((runId) => runId === null).length
    const slots = forecaster.slotsOf(place, left)
    const [first] = slots
    const { device } = first!
    const beside = slots.filter((slot) => slot.place === first!.place).length
    const spread = forecaster.spread()
    const runs = settings.map((each, index) =>
      this.#planned(each, manifest, reused[index] ?? null, { ...first!, device: { ...device, precision: precisions[index]! } }, spread),
    )
    // Runs of several learning rates would else share their names.
    if ((sweep.learningRates?.length ?? 0) > 1)
      for (const { planned } of runs) planned.name += `, learning rate ${planned.settings.recipe.learningRate}`
    const toDo = runs.filter((run) => run.planned.reusesRunId === null)
    const trainings = toDo.map((run) => run.training)
    const finish = forecaster.finishAlone(trainings, place)
    const known = finish !== null || toDo.length === 0
    const atOnce = toDo
      .map((run) => run.planned.memoryBytes)
      .sort((a, b) => b - a)
      .slice(0, beside)
    return {
      name: sweep.name,
      runs: runs.map((run) => run.planned),
      forecastMs: finish ? finish.finishAt : known ? 0 : null,
      forecastSpreadMs: finish ? (finish.latestAt - finish.earliestAt) / 2 : known ? 0 : null,
      finish: finish && forecaster.finishBehind(trainings, place),
      atOnce: Math.max(1, Math.min(slots.length, left)),
      memoryBytes: atOnce.reduce((sum, bytes) => sum + bytes, 0),
      tooLarge:
        device.kind === 'cpu' && first!.place === undefined
          ? runTooLarge(
              toDo.map(({ planned }) => planned),
              manifest,
              device.precision,
              { freeBytes: this.#options.freeMemoryBytes(), usableBytes: usableMemoryBytes() },
            )
          : null,
      enlarged: settings[0] ? enlargedImages(manifest, settings[0].recipe) : null,
      ...(first!.job && { jobLimitMs: first!.job.limitMs }),
    }
  }

  /** @param place that the new runs are bound to; null: any */
  async queue(sweep: Sweep, again: boolean, place: string | null = null): Promise<CallOutput<'sweeps.queue'>> {
    const { store, journal, initialWeights } = this.#options
    const plan = await this.plan(sweep, again, place)
    if (plan.runs.length === 0) throw new SkiplabError('bad-input', 'This sweep has no run: "exclude" leaves out every cell of its grid.')
    const manifest = await this.#options.datasets.forTraining(sweep.dataset)
    const source = await weightSource(this.#options, sweep.initialWeights)
    const starts =
      source &&
      startsOf(
        source,
        plan.runs.map(({ settings }) => settings),
      )
    if (source) initialWeights.keep(source.path, source.weights.sha256)
    // The hash stays when the run is removed that the weights are of.
    const kept = source ? { ...sweep, initialWeights: source.weights.sha256 } : sweep
    return journal.commit((announce) => {
      const now = Date.now()
      const sweepId = store.sweeps.insert(kept, now)
      const runIds: number[] = []
      const reusedRunIds: number[] = []
      for (const [position, run] of plan.runs.entries()) {
        const runId =
          run.reusesRunId ?? store.runs.insert(newRun(run, evaluationImagesOf(run.settings, manifest), sweepId, sweep.priority, now))
        if (run.reusesRunId === null && place !== null) store.queue.setPlace(runId, place)
        store.sweeps.addRun(sweepId, position, runId, run.reusesRunId !== null)
        runIds.push(runId)
        if (run.reusesRunId !== null) reusedRunIds.push(runId)
        else announce.changed(runId)
        if (source && run.reusesRunId === null)
          announce.event(runId, 'info', 'initial-weights', startWords(source.weights, starts![position]!))
      }
      announce.event(
        null,
        'info',
        'queued',
        `sweep "${sweep.name}": ${runIds.length - reusedRunIds.length} runs queued, ${reusedRunIds.length} reused`,
      )
      return { sweepId, runIds, reusedRunIds, tooLarge: plan.tooLarge }
    })
  }

  #planned(
    settings: RunSettings,
    manifest: PlannedDataset,
    reusesRunId: number | null,
    slot: PlannedSlot,
    spread: number,
  ): { planned: PlannedRun; training: PlannedTraining } {
    const network = buildNetwork(settings.network)
    const { recipe } = settings
    const trainingImages = manifest.splits.train.count - recipe.validationSize
    const imageBytes = imageMemoryBytes(manifest, recipe, network.design.inputShape, usableMemoryBytes())
    const [steps, epochs] = [totalSteps(recipe, trainingImages), totalEpochs(recipe, trainingImages)]
    const evaluationImages = evaluationImagesOf(settings, manifest)
    const { batchSize, precision } = recipe
    const training = { multiplyAdds: network.multiplyAdds, batchSize, precision, steps, epochs, evaluationImages }
    const estimate = reusesRunId === null ? this.#options.forecaster.estimateIn(slot, training) : null
    const planned: PlannedRun = {
      name: `${labelOf(settings.network)}, seed ${settings.seed}${startInName(settings.initialWeights)}`,
      settings,
      settingsHash: settingsHashOf(settings),
      layers: depthOf(settings.network),
      parameterCount: network.parameterCount,
      multiplyAdds: network.multiplyAdds,
      memoryBytes: estimateMemory(network, recipe, imageBytes, slot.device.precision),
      totalSteps: steps,
      totalEpochs: epochs,
      forecastMs: reusesRunId === null ? (estimate?.ms ?? null) : 0,
      forecastSpreadMs: reusesRunId === null ? estimate && halfWidth(estimate, spread) : 0,
      reusesRunId,
      ...(estimate && estimate.jobs > 1 && { jobs: estimate.jobs }),
    }
    return { planned, training }
  }
}

/** Counts the validation and test images of one epoch. */
function evaluationImagesOf({ recipe }: RunSettings, manifest: Pick<PlannedDataset, 'splits'>): number {
  return (manifest.splits.validation?.count ?? recipe.validationSize) + manifest.splits.test.count
}

/** Computes half of the interval that holds four outcomes in five. */
function halfWidth(estimate: Estimate, spread: number): number {
  return (stretched(estimate, spread, fourInFive) - stretched(estimate, spread, -fourInFive)) / 2
}

function newRun(run: PlannedRun, evaluationImages: number, sweepId: number, priority: number, queuedAt: number): NewRun {
  const { name, settings, settingsHash: hash, parameterCount, multiplyAdds, totalSteps: steps, totalEpochs: epochs, memoryBytes } = run
  return {
    sweepId,
    name,
    settings,
    settingsHash: hash,
    parameterCount,
    multiplyAdds,
    totalSteps: steps,
    totalEpochs: epochs,
    evaluationImages,
    memoryBytes,
    priority,
    queuedAt,
  }
}
