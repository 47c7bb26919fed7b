import type { DoctorReport } from '../../common/rpc/doctor.ts'
import type { EngineSettings, EngineSettingsReply } from '../../common/rpc/engine-settings.ts'
import type { EngineOptions } from './engine-options.ts'
import type { EngineParts } from './engine-parts.ts'
import { Templates } from './library/templates.ts'
import { diagnose } from './machine/doctor.ts'
import { PlaceCommands } from './places/place-commands.ts'
import { QueueCommands } from './queue/queue-commands.ts'
import type { EndMode, RunShutdown } from './runs/run-shutdown.ts'
import type { Handlers } from './server/dispatch.ts'
import { createHandlers } from './server/handlers.ts'
import type { StatusTeller } from './server/status-teller.ts'

/** Time for the answer to a stop request to go out before the connection closes. */
const answerMs = 20

interface EngineCallOptions {
  readonly options: EngineOptions
  readonly parts: EngineParts
  readonly shutdown: RunShutdown
  readonly teller: StatusTeller
  readonly changed: () => void
  /** Ends the engine. */
  readonly stop: (mode: EndMode) => Promise<void>
}

/** Makes the function that each call of the contract runs in this engine. */
export function createEngineCalls({ options, parts, shutdown, teller, changed, stop }: EngineCallOptions): Handlers {
  const {
    store,
    journal,
    datasets,
    runner,
    evaluations,
    analyses,
    forecaster,
    calibration,
    machine,
    removal,
    diskSpace,
    weights,
    weightImports,
  } = parts
  const placeCommands = new PlaceCommands({
    ...{ store, journal, places: parts.places, onChange: changed },
    release: (runId, place) => runner.giveUp(runId, place),
  })
  return createHandlers({
    places: parts.places,
    placeCommands,
    store,
    journal,
    datasets,
    removal,
    diskSpace,
    evaluations,
    analyses,
    weights,
    weightImports,
    version: options.version,
    propagations: parts.propagations,
    forecaster,
    calibration,
    queue: new QueueCommands({ store, journal, runner, onChange: changed }),
    templates: new Templates(store, journal),
    planner: parts.planner,
    leftoverHours: parts.leftoverHours,
    doctor: (speedTest) => examine(speedTest, options, parts),
    settings: () => machine.describe(),
    configure: (change) => {
      const reply = configure(change, parts)
      changed()
      return reply
    },
    status: () => teller.status(),
    stop: async (request) => {
      if (request === 'epoch') await shutdown.finishEpochs()
      const mode = request === 'now' ? request : 'checkpoint'
      await shutdown.stop(mode)
      setTimeout(() => void stop(mode), answerMs)
    },
  })
}

/** Examines the machine and stores the speed that it found as a measurement. */
async function examine(speedTest: boolean, options: EngineOptions, parts: EngineParts): Promise<DoctorReport> {
  const { machine, runner, calibration, workspace } = parts
  const { version, workerScript } = options
  const report = await diagnose({ machine, workspace, version, worker: speedTest ? workerScript : null })
  if (report.speed && !runner.busy) calibration.record(report.machine.device, report.speed, null)
  return report
}

function configure(change: Partial<EngineSettings>, { machine, journal, store }: EngineParts): EngineSettingsReply {
  const settings = { ...machine.settings, ...change }
  journal.commit(() => store.settings.write('machine', settings))
  machine.settings = settings
  return machine.describe()
}
