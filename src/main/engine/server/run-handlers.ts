import { reachedError } from '../../../common/analysis/time-to-error.ts'
import { effectTables } from '../../../common/effects/effect-table.ts'
import { findingsOf } from '../../../common/effects/findings.ts'
import { keptCheckpoints } from '../../../common/results/kept-checkpoints.ts'
import { packRuns } from '../../../common/rpc/run-list.ts'
import type { Store } from '../../store/store.ts'
import type { Journal } from '../journal/journal.ts'
import { annotateRuns } from '../library/annotate-runs.ts'
import { confusionOf } from '../library/confusion.ts'
import type { Datasets } from '../library/datasets.ts'
import { smoothSteps, thinSteps } from '../library/downsample.ts'
import { drawFigure, drawNetworks, exportCsv } from '../library/exports.ts'
import type { Evaluations } from '../evaluations/evaluations.ts'
import type { Removal } from '../library/removal.ts'
import type { WeightsExports } from '../library/weights-exports.ts'
import type { HandlersOf } from './dispatch.ts'

export interface RunHandlerOptions {
  readonly store: Store
  readonly journal: Journal
  readonly removal: Removal
  readonly evaluations: Evaluations
  readonly datasets: Datasets
  readonly weights: WeightsExports
}

const lastStep = Number.MAX_SAFE_INTEGER

/** Calls about runs and their curves, and about files and figures made of them. */
export function runHandlers(options: RunHandlerOptions): HandlersOf<'runs' | 'exports'> {
  const { store, journal, removal, datasets, evaluations, weights } = options
  return {
    'runs.list': ({ filter, offset, limit }) => {
      const { runs, total } = store.runs.list(filter, offset, limit)
      return packRuns(runs, total)
    },
    'runs.get': ({ runId }) => store.runs.get(runId),
    'runs.annotate': ({ runIds, annotation }) => annotateRuns({ store, journal }, runIds, annotation),
    'runs.rename': ({ runId, name }) => {
      removal.renameRun(runId, name)
      return {}
    },
    'runs.remove': ({ runIds }) => removal.removeRuns(runIds),
    'runs.restore': ({ runIds }) => removal.restoreRuns(runIds),
    'runs.epochs': ({ runId }) => {
      store.runs.get(runId)
      return store.metrics.epochs(runId)
    },
    'runs.results': ({ runId }) => {
      store.runs.get(runId)
      return store.results.rows(runId)
    },
    'runs.checkpoints': ({ runId }) => keptCheckpoints(store.checkpoints.valid(runId), store.runs.get(runId).settings.recipe),
    'runs.confusion': ({ runId, checkpoint }) => confusionOf({ store, datasets }, runId, checkpoint),
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
    'runs.reached': ({ runIds, error, split }) =>
      runIds.map((runId) => {
        store.runs.get(runId)
        return reachedError(runId, store.metrics.epochs(runId), error, split)
      }),
    'runs.attempts': ({ from, to }) => store.attempts.between(from, to),
    'runs.effects': ({ runIds, ...choice }) =>
      effectTables(
        runIds.map((runId) => store.runs.get(runId)),
        choice,
      ),
    'runs.findings': ({ runIds, split }) =>
      findingsOf(
        runIds.map((runId) => store.runs.get(runId)),
        split,
      ),
    'exports.figure': ({ figure, format }) => drawFigure(figure, format),
    'exports.networks': ({ designs, part, width, format, show }) => drawNetworks(designs, part, { width, format, show }),
    'exports.predictions': ({ evaluationId }) => evaluations.reader.predictions(evaluationId),
    'exports.csv': ({ table, runIds }) => exportCsv({ store, datasets }, table, runIds),
    'exports.weights': (request) => weights.write(request),
  }
}
