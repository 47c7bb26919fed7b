import { SkiplabError } from '../../../common/failure.ts'
import type { DoctorReport } from '../../../common/rpc/doctor.ts'
import type { EngineSettings, EngineSettingsReply } from '../../../common/rpc/engine-settings.ts'
import type { EngineStatus } from '../../../common/records/records.ts'
import { packRuns } from '../../../common/rpc/run-list.ts'
import type { Store } from '../../store/store.ts'
import { annotateRuns } from '../library/annotate-runs.ts'
import type { Datasets } from '../library/datasets.ts'
import type { Removal } from '../library/removal.ts'
import type { Handlers } from './dispatch.ts'
import { smoothSteps, thinSteps } from '../library/downsample.ts'
import type { Journal } from '../journal/journal.ts'
import { drawFigure, drawNetworks, exportCsv } from '../library/exports.ts'
import type { Forecaster } from '../queue/forecaster.ts'
import type { Planner } from '../queue/planner.ts'
import type { QueueCommands } from '../queue/queue-commands.ts'
import type { Templates } from '../library/templates.ts'
import type { Calibration } from '../queue/calibration.ts'

export interface HandlerOptions {
  readonly store: Store
  readonly journal: Journal
  readonly planner: Planner
  readonly forecaster: Forecaster
  readonly calibration: Calibration
  readonly queue: QueueCommands
  readonly datasets: Datasets
  readonly templates: Templates
  readonly removal: Removal
  readonly doctor: (speedTest: boolean) => Promise<DoctorReport>
  readonly settings: () => EngineSettingsReply
  readonly configure: (change: Partial<EngineSettings>) => EngineSettingsReply
  readonly status: () => EngineStatus
  readonly stop: (mode: 'epoch' | 'checkpoint' | 'now') => Promise<void>
}

const lastStep = Number.MAX_SAFE_INTEGER

/** What each call of the contract does. */
export function createHandlers({
  store,
  journal,
  planner,
  forecaster,
  calibration,
  queue,
  datasets,
  templates,
  removal,
  doctor,
  settings,
  configure,
  status,
  stop,
}: HandlerOptions): Handlers {
  return {
    'engine.status': () => status(),
    'engine.stop': async ({ mode }) => {
      await stop(mode)
      return {}
    },
    'engine.doctor': ({ speedTest }) => doctor(speedTest),
    'engine.settings': () => settings(),
    'engine.configure': (change) => configure(change),
    'sweeps.plan': ({ sweep, again }) => planner.plan(sweep, again),
    'sweeps.queue': ({ sweep, again }) => planner.queue(sweep, again),
    'sweeps.list': () => store.sweeps.list(),
    'templates.list': () => templates.list(),
    'templates.save': ({ name, sweep, replace }) => templates.save(name, sweep, replace),
    'templates.rename': ({ id, name }) => {
      templates.rename(id, name)
      return {}
    },
    'templates.remove': ({ id }) => {
      templates.remove(id)
      return {}
    },
    'engine.measure': async () => ({ measured: await calibration.measure() }),
    'sweeps.get': ({ sweepId }) => store.sweeps.get(sweepId),
    'sweeps.rename': ({ sweepId, name }) => {
      removal.renameSweep(sweepId, name)
      return {}
    },
    'sweeps.remove': ({ sweepId, runs }) => removal.removeSweep(sweepId, runs),
    'sweeps.restore': ({ sweepId }) => removal.restoreSweep(sweepId),
    'runs.rename': ({ runId, name }) => {
      removal.renameRun(runId, name)
      return {}
    },
    'runs.remove': ({ runIds }) => removal.removeRuns(runIds),
    'runs.restore': ({ runIds }) => removal.restoreRuns(runIds),
    'queue.list': () => store.runs.queue(),
    'queue.pause': ({ selection, when }) => queue.pause(selection, when),
    'queue.resume': ({ selection }) => queue.resume(selection),
    'queue.cancel': ({ selection }) => queue.cancel(selection),
    'queue.retry': ({ selection }) => queue.retry(selection),
    'queue.move': ({ runIds, to }) => queue.move(runIds, to),
    'queue.setPriority': ({ runIds, priority }) => queue.setPriority(runIds, priority),
    'queue.forecast': ({ by }) => forecaster.forecast(by ?? null),
    'queue.setHours': ({ hours }) => {
      queue.setHours(hours)
      return {}
    },
    'queue.setWhenDone': ({ action }) => {
      queue.setWhenDone(action)
      return {}
    },
    'runs.list': ({ filter, offset, limit }) => {
      const { runs, total } = store.runs.list(filter, offset, limit)
      return packRuns(runs, total)
    },
    'runs.get': ({ runId }) => store.runs.get(runId),
    'runs.annotate': ({ runIds, annotation }) => annotateRuns({ store, journal }, runIds, annotation),
    'runs.epochs': ({ runId }) => {
      store.runs.get(runId)
      return store.metrics.epochs(runId)
    },
    'runs.steps': ({ runId, fromStep = 0, toStep = lastStep, maximumPoints, metric, smoothing }) => {
      store.runs.get(runId)
      const samples =
        smoothing > 0
          ? smoothSteps(store.metrics.steps(runId, 0, toStep), metric, smoothing).filter(({ step }) => step >= fromStep)
          : store.metrics.steps(runId, fromStep, toStep)
      return { samples: maximumPoints === undefined ? samples : thinSteps(samples, maximumPoints, metric), total: samples.length }
    },
    'runs.layerStatistics': ({ runId, epoch }) => {
      store.runs.get(runId)
      return store.metrics.layerStatistics(runId, epoch ?? null)
    },
    'runs.events': ({ runId, limit }) => {
      if (runId !== undefined) store.runs.get(runId)
      return store.events.latest(runId ?? null, limit)
    },
    'runs.attempts': ({ from, to }) => store.attempts.between(from, to),
    'exports.figure': ({ figure, format }) => drawFigure(figure, format),
    'exports.networks': ({ designs, width, format, show }) => drawNetworks(designs, width, format, show),
    'exports.csv': ({ table, runIds }) => exportCsv(store, table, runIds),
    'datasets.list': () => datasets.list(),
    'datasets.add': ({ name, from }) => datasets.add(name, from),
    'datasets.cancel': async ({ name }) => {
      await datasets.cancel(name)
      return {}
    },
    'datasets.verify': ({ name }) => datasets.verify(name),
    'datasets.remove': async ({ name }) => {
      const { total } = store.runs.list({ dataset: name, states: ['running', 'interrupted', 'waiting', 'paused', 'held'] }, 0, 1)
      if (total > 0)
        throw new SkiplabError(
          'conflict',
          `${total} run${total === 1 ? '' : 's'} in the queue still need${total === 1 ? 's' : ''} ${name}. Cancel ${total === 1 ? 'it' : 'them'} first.`,
        )
      await datasets.remove(name)
      return {}
    },
    'datasets.samples': ({ name, split, classIndex, count }) => datasets.samples(name, split, classIndex, count),
  }
}
