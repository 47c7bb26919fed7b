import { join } from 'node:path'
import { areImagesStreamed } from '../../common/data/streaming.ts'
import type { Device } from '../../common/device.ts'
import type { RunSummary } from '../../common/records/records.ts'
import { defaultEngineSettings, storedEngineSettingsSchema } from '../../common/rpc/engine-settings.ts'
import type { Estimate } from '../../common/sweep/forecast.ts'
import { Store } from '../store/store.ts'
import type { Workspace } from '../workspace/workspace.ts'
import type { EngineOptions } from './engine-options.ts'
import { type Broadcast, Journal } from './journal/journal.ts'
import { Analyses } from './analyses/analyses.ts'
import { Evaluations } from './evaluations/evaluations.ts'
import type { JobRunnerOptions } from './jobs/job-runner.ts'
import type { TestedFilesOptions } from './jobs/tested-checkpoint.ts'
import { Datasets } from './library/datasets.ts'
import { DiskBudget } from './library/disk-budget.ts'
import { DiskSpace } from './library/disk-space.ts'
import { InitialWeightFiles } from './library/initial-weight-files.ts'
import { Propagations } from './library/propagations.ts'
import { Removal } from './library/removal.ts'
import { WeightsExports } from './library/weights-exports.ts'
import { WeightImports } from './library/weight-imports.ts'
import { ConfiguredMachine } from './machine/configured-machine.ts'
import { availableMemoryBytes, cpuDevice, probeMachine, usableMemoryBytes } from './machine/devices.ts'
import { DiskWatch } from './machine/disk-watch.ts'
import { Calibration } from './queue/calibration.ts'
import { Forecaster } from './queue/forecaster.ts'
import type { ForecastJobs } from './queue/job-forecasts.ts'
import { LeftoverHours } from './queue/leftover-hours.ts'
import { Planner } from './queue/planner.ts'
import { putToSleep, WhenDoneWatch } from './queue/when-done.ts'
import { Places } from './places/places.ts'
import { RemoteRuns } from './places/remote-runs.ts'
import { Runner } from './runs/runner.ts'

const noticeMs = 60_000

/** Callbacks of an engine's parts. */
export interface EngineHooks {
  readonly log: (message: string) => void
  readonly broadcast: Broadcast
  /** Called when runs may be started, or when the status changed. */
  readonly changed: () => void
  /** Called when the queue is done and a person wanted the engine to quit then. */
  readonly quit: () => void
}

export type EngineParts = ReturnType<typeof createEngineParts>

/** Opens the database of a workspace and creates the parts that work on it. */
export function createEngineParts(options: EngineOptions, workspace: Workspace, hooks: EngineHooks) {
  const { log, broadcast, changed, quit } = hooks
  const { cpuSlots, workerScript, workerEnvironment } = options
  const machine = new ConfiguredMachine(options.machine ?? probeMachine())
  const store = new Store(workspace.database)
  machine.settings = store.settings.read('machine', storedEngineSettingsSchema, defaultEngineSettings)
  const journal = new Journal(store, broadcast, log, changed)
  const datasets = new Datasets(workspace.datasets, broadcast)
  const initialWeights = new InitialWeightFiles(store, workspace.weights)
  const folders = { checkpointsFolder: workspace.checkpoints, logsFolder: workspace.logs }
  const ofJobs = { store, journal, datasets, log, workerScript, workerEnvironment, ...folders }
  const places = new Places({ store, journal, log, workspace: workspace.folder, workerScript, onChange: changed })
  const runner: Runner = new Runner({
    ...ofJobs,
    initialWeights,
    remote: new RemoteRuns({ store, places, checkpointsFolder: workspace.checkpoints }),
    memoryAt: (place) => places.memoryAt(place),
    estimate: (run, device, place) => estimateOf(run, device, place, store, forecaster),
    publishProgress: (progress) => broadcast('run.progress', progress),
    onFree: changed,
  })
  const { evaluations, analyses } = createJobs({ ...ofJobs, initialWeights, onChange: changed }, workspace, broadcast)
  const jobs = [evaluations, analyses] as const
  const busy = (): boolean => runner.busy || jobs.some((each) => each.busy)
  const forecaster = new Forecaster({ store, runner, jobs: forecastJobs(store, evaluations, analyses), places, machine, cpuSlots })
  const planner = new Planner({
    ...{ store, journal, datasets, initialWeights, forecaster, checkpointsFolder: workspace.checkpoints },
    freeMemoryBytes: () => availableMemoryBytes() + runner.heldBytes,
  })
  const removal = new Removal({
    store,
    journal,
    log,
    checkpointsFolder: workspace.checkpoints,
    logsFolder: workspace.logs,
    onRemove: (runIds) => jobs.forEach(({ commands }) => commands.endOfRuns(runIds)),
    onPurge: (runId) => jobs.forEach(({ commands }) => commands.removeOfRun(runId)),
  })
  const budgetBytes = (): number | null => machine.settings.diskBudgetBytes
  const onMeasured = (usedBytes: number): void => diskBudget.note(usedBytes)
  const diskSpace: DiskSpace = new DiskSpace({ store, journal, datasets, removal, initialWeights, workspace, budgetBytes, onMeasured, log })
  const diskBudget = new DiskBudget({ budgetBytes, measure: () => diskSpace.usage(), onChange: changed, log })
  return {
    workspace: workspace.folder,
    checkpointsFolder: workspace.checkpoints,
    machine,
    store,
    journal,
    datasets,
    initialWeights,
    runner,
    places,
    evaluations,
    analyses,
    /** Work on checkpoints of either kind, those first that start first. */
    jobs,
    forecaster,
    planner,
    leftoverHours: new LeftoverHours({ store, journal, planner, log, onChange: changed }),
    calibration: new Calibration({ store, machine, cpuSlots, workerScript, busy, onChange: changed, log }),
    whenDone: new WhenDoneWatch({ store, journal, noticeMs: options.noticeMs ?? noticeMs, quit, sleep: putToSleep, onChange: changed }),
    removal,
    diskSpace,
    diskBudget,
    weights: weightsExports(options, workspace, { store, datasets }),
    propagations: propagationsOf(options, { datasets, machine, busy }),
    weightImports: new WeightImports({ store, journal, datasets, checkpointsFolder: workspace.checkpoints }),
    disk: new DiskWatch({ folder: workspace.folder, databaseIsFull: () => journal.diskFull, log }),
  }
}

/** Creates what works on checkpoints. */
function createJobs(
  options: JobRunnerOptions & TestedFilesOptions & { readonly initialWeights: InitialWeightFiles },
  workspace: Workspace,
  broadcast: Broadcast,
) {
  return {
    evaluations: new Evaluations({
      ...options,
      scoresFolder: workspace.evaluations,
      publishProgress: (progress) => broadcast('evaluation.progress', progress),
    }),
    analyses: new Analyses({
      ...options,
      partialsFolder: workspace.analyses,
      publishProgress: (progress) => broadcast('analysis.progress', progress),
    }),
  }
}

/** What else than runs takes slots, as forecasts see it. */
function forecastJobs(store: Store, evaluations: Evaluations, analyses: Analyses): ForecastJobs[] {
  return [
    { rows: store.evaluations, runner: evaluations.runner, idIn: ({ evaluationId }) => evaluationId },
    { rows: store.analyses, runner: analyses.runner, idIn: ({ analysisId }) => analysisId },
  ]
}

/** Estimates what a run will take on a device; null when no speed is known. */
function estimateOf(run: RunSummary, device: Device, place: string | undefined, store: Store, forecaster: Forecaster): Estimate | null {
  const { id, multiplyAdds, settings, totalSteps: steps, totalEpochs: epochs } = run
  const { evaluationImages } = store.runs.schedulingFacts(id)
  return forecaster.estimate({ multiplyAdds, batchSize: settings.recipe.batchSize, steps, epochs, evaluationImages }, device, place)
}

function weightsExports(options: EngineOptions, workspace: Workspace, parts: { readonly store: Store; readonly datasets: Datasets }) {
  return new WeightsExports({
    ...parts,
    checkpointsFolder: workspace.checkpoints,
    exportsFolder: join(workspace.folder, 'exports'),
    workerScript: options.workerScript,
    environment: () => options.workerEnvironment({ device: cpuDevice(1, 'fp32'), gpu: null }),
    version: options.version,
    streams: (manifest, { settings }) => areImagesStreamed(manifest, settings.recipe, usableMemoryBytes()),
  })
}

function propagationsOf(
  { workerScript, workerEnvironment }: EngineOptions,
  { datasets, machine, busy }: { readonly datasets: Datasets; readonly machine: ConfiguredMachine; readonly busy: () => boolean },
): Propagations {
  return new Propagations({
    datasets,
    workerScript,
    environment: (threads) => workerEnvironment({ device: cpuDevice(threads, 'fp32'), gpu: null }),
    // Runs that train keep their cores.
    threads: () => (busy() ? 1 : machine.cores),
  })
}
