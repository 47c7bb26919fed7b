import { buildNetwork } from '../../common/network/network.ts'
import { layerCount, networkName } from '../../common/network/design.ts'
import type { PlannedRun, SweepPlan } from '../../common/rpc/records.ts'
import { expandSweep } from '../../common/sweep/expand.ts'
import { forecastMs, packedMs, type MeasuredSpeed } from '../../common/sweep/forecast.ts'
import { estimateMemory } from '../../common/sweep/memory.ts'
import type { Sweep } from '../../common/sweep/sweep.ts'
import type { DatasetManifest } from '../../common/data/dataset.ts'
import type { RunSettings } from '../../common/training/run-settings.ts'
import { totalEpochs, totalSteps } from '../../common/training/schedule.ts'
import type { Store } from '../store/store.ts'
import { settingsHashOf } from '../worker/settings-hash.ts'
import type { Datasets } from './datasets.ts'
import type { Journal } from './journal.ts'
import { plannedSlots, type Machine } from './scheduler.ts'

interface PlannerOptions {
  readonly store: Store
  readonly journal: Journal
  readonly datasets: Datasets
  readonly machine: Machine
  readonly cpuSlots: number | null
}

/** Turns sweeps into runs: what they are, what they cost, and their place in the queue. */
export class Planner {
  readonly #options: PlannerOptions

  constructor(options: PlannerOptions) {
    this.#options = options
  }

  /** @throws SkiplabError bad-input or not-found, before anything is changed */
  async plan(sweep: Sweep, again: boolean): Promise<SweepPlan> {
    const { store, datasets, machine, cpuSlots } = this.#options
    const manifest = await datasets.forTraining(sweep.dataset)
    const settings = expandSweep(sweep, manifest)
    const reused = settings.map((each) => (again ? null : store.runs.finishedWithHash(settingsHashOf(each))))
    const left = reused.filter((runId) => runId === null).length
    const slots = plannedSlots(machine, left, cpuSlots)
    const { threads, precision: best, kind, name } = slots[0]!.device
    const speeds = store.speeds.ofDevice({ kind, name })
    const runs = settings.map((each, index): PlannedRun => {
      const precision = each.recipe.precision === 'auto' ? best : each.recipe.precision
      return planned(each, manifest, reused[index] ?? null, { speeds, threads, precision })
    })
    const toDo = runs.filter((run) => run.reusesRunId === null)
    const atOnce = toDo.map((run) => run.memoryBytes).sort((a, b) => b - a).slice(0, slots.length)
    return {
      name: sweep.name,
      runs,
      forecastMs: packedMs(toDo.map((run) => run.forecastMs), slots.map(() => 0)),
      memoryBytes: atOnce.reduce((sum, bytes) => sum + bytes, 0),
    }
  }

  async queue(sweep: Sweep, again: boolean): Promise<{ sweepId: number; runIds: number[]; reusedRunIds: number[] }> {
    const { store, journal } = this.#options
    const plan = await this.plan(sweep, again)
    return journal.commit((announce) => {
      const now = Date.now()
      const sweepId = store.sweeps.insert(sweep, now)
      const runIds: number[] = []
      const reusedRunIds: number[] = []
      for (const [place, run] of plan.runs.entries()) {
        const runId = run.reusesRunId ?? store.runs.insert(newRun(run, sweepId, sweep.priority, now))
        store.sweeps.addRun(sweepId, place, runId, run.reusesRunId !== null)
        runIds.push(runId)
        if (run.reusesRunId !== null) reusedRunIds.push(runId)
        else announce.changed(runId)
      }
      announce.event(null, 'info', 'queued', `sweep "${sweep.name}": ${runIds.length - reusedRunIds.length} runs queued, ${reusedRunIds.length} reused`)
      return { sweepId, runIds, reusedRunIds }
    })
  }
}

function planned(
  settings: RunSettings,
  manifest: DatasetManifest,
  reusesRunId: number | null,
  { speeds, threads, precision }: { speeds: readonly MeasuredSpeed[]; threads: number; precision: 'fp32' | 'bf16' },
): PlannedRun {
  const network = buildNetwork(settings.network)
  const { recipe } = settings
  const trainingImages = manifest.splits.train.count - recipe.validationSize
  const imageBytes = manifest.height * manifest.width * manifest.channels
  const datasetBytes = (manifest.splits.train.count + manifest.splits.test.count) * imageBytes
  const steps = totalSteps(recipe, trainingImages)
  return {
    name: `${networkName(settings.network)}, seed ${settings.seed}`,
    settings,
    settingsHash: settingsHashOf(settings),
    layers: layerCount(settings.network.n),
    parameterCount: network.parameterCount,
    multiplyAdds: network.multiplyAdds,
    memoryBytes: estimateMemory(network, recipe, datasetBytes, precision),
    totalSteps: steps,
    totalEpochs: totalEpochs(recipe, trainingImages),
    forecastMs: reusesRunId === null ? forecastMs({ multiplyAdds: network.multiplyAdds, images: steps * recipe.batchSize }, speeds, threads, precision) : 0,
    reusesRunId,
  }
}

function newRun(run: PlannedRun, sweepId: number, priority: number, queuedAt: number) {
  const { name, settings, settingsHash: hash, parameterCount, multiplyAdds, totalSteps: steps, totalEpochs: epochs, memoryBytes } = run
  return { sweepId, name, settings, settingsHash: hash, parameterCount, multiplyAdds, totalSteps: steps, totalEpochs: epochs, memoryBytes, priority, queuedAt }
}
