import { nOfDepth } from '../../common/network/architectures/cifar.ts'
import { type NetworkDesign, depthOf, widthsOf } from '../../common/network/design.ts'
import { classErrorCells, classErrorColumns } from '../../common/export/confusion-csv.ts'
import type { CsvTable } from '../../common/export/csv-table.ts'
import type { EpochRecord, LayerStatistic, RunSummary, StepSample } from '../../common/records/records.ts'
import type { Evaluation } from '../../common/evaluation/evaluation.ts'
import { classErrors, type Confusion } from '../../common/results/confusion.ts'
import { metricNames, metrics } from '../../common/results/metrics.ts'
import { isFirstMetric, resultAt, resultColumns } from '../../common/results/result-columns.ts'
import type { ResultRow } from '../../common/results/result-row.ts'
import type { CsvValue } from '../../common/export/csv.ts'

/** Which run a row belongs to: the same first columns in every table. */
const runColumns = ['run', 'sweep', 'family', 'layers', 'shortcut', 'dataset', 'recipe', 'seed'] as const

function runCells(run: RunSummary): CsvValue[] {
  const { network, dataset, recipe, seed } = run.settings
  return [
    run.id,
    run.sweepName,
    network.family,
    depthOf(network),
    network.family === 'plain' ? null : network.shortcut,
    dataset.name,
    recipe.name,
    seed,
  ]
}

const firstResults = resultColumns.filter(({ metric }) => isFirstMetric(metric))
const laterResults = resultColumns.filter(({ metric }) => !isFirstMetric(metric))
const laterTestResults = laterResults.filter(({ split }) => split === 'test')

/** Columns of each table; errors are fractions (0 to 1), times milliseconds, memory bytes. */
export const csvColumns: Readonly<Record<CsvTable, readonly string[]>> = {
  epochs: [
    ...runColumns,
    'epoch',
    'step',
    'learning_rate',
    ...firstResults.map(({ csv }) => csv),
    'images_per_second',
    'elapsed_ms',
    'peak_memory_bytes',
    ...laterResults.map(({ csv }) => csv),
  ],
  steps: [...runColumns, 'step', 'loss', 'gradient_norm', 'learning_rate'],
  layers: [...runColumns, 'epoch', 'index', 'layer', 'mean', 'std'],
  runs: [
    ...runColumns,
    'name',
    'architecture',
    'n',
    'widths',
    'state',
    'reason',
    'parameters',
    'multiply_adds',
    'epochs',
    'steps',
    'epochs_done',
    'steps_done',
    'train_loss',
    'train_error',
    'test_loss',
    'test_error',
    'best_test_error',
    'best_test_epoch',
    'trained_ms',
    'device',
    'precision',
    'threads',
    'settings_hash',
    'tags',
    'notes',
    'starred',
    'archived',
    ...laterResults.map(({ csv }) => csv),
    ...laterTestResults.map(({ csv }) => `best_${csv}`),
  ],
  results: [...runColumns, 'checkpoint', 'epoch', 'split', 'protocol', 'metric', 'value', 'batch_statistics', 'evaluation'],
  evaluations: [
    'evaluation',
    'runs',
    'ensemble',
    'checkpoint',
    'epoch',
    'split',
    'protocol',
    'views',
    'batch_statistics',
    'images',
    'state',
    'reason',
    ...metricNames.map((metric) => metrics[metric].csv),
    'device',
    'threads',
    'queued_at',
    'started_at',
    'finished_at',
  ],
  classes: [...runColumns, 'checkpoint', 'epoch', 'split', ...classErrorColumns],
}

export function epochRows(run: RunSummary, epochs: readonly EpochRecord[]): CsvValue[][] {
  return epochs.map((epoch) => [
    ...runCells(run),
    epoch.epoch,
    epoch.step,
    epoch.learningRate,
    ...firstResults.map((column) => resultAt(epoch.results, column)),
    Math.round(epoch.imagesPerSecond * 10) / 10,
    Math.round(epoch.elapsedMs),
    epoch.peakMemoryBytes,
    ...laterResults.map((column) => resultAt(epoch.results, column)),
  ])
}

export function stepRows(run: RunSummary, samples: readonly StepSample[]): CsvValue[][] {
  // A null in a step sample is a number that was not finite, not a missing one.
  return samples.map((sample) => [...runCells(run), sample.step, sample.loss ?? NaN, sample.gradientNorm ?? NaN, sample.learningRate])
}

export function layerRows(run: RunSummary, statistics: readonly LayerStatistic[]): CsvValue[][] {
  const counts = new Map<number, number>()
  return statistics.map((statistic) => {
    const index = (counts.get(statistic.epoch) ?? 0) + 1
    counts.set(statistic.epoch, index)
    return [...runCells(run), statistic.epoch, index, statistic.layer, statistic.mean, statistic.std]
  })
}

export function runRow(run: RunSummary): CsvValue[] {
  const { network } = run.settings
  const last = run.lastEpoch
  return [
    ...runCells(run),
    run.name,
    network.architecture,
    cifarN(network),
    widthsOf(network).join('-'),
    run.state,
    run.reason,
    run.parameterCount,
    run.multiplyAdds,
    run.totalEpochs,
    run.totalSteps,
    last?.epoch ?? 0,
    last?.step ?? 0,
    last?.results.train.loss ?? null,
    last?.results.train.topOneError ?? null,
    last?.results.test.loss ?? null,
    last?.results.test.topOneError ?? null,
    run.bestEpoch?.results.test.topOneError ?? null,
    run.bestEpoch?.epoch ?? null,
    Math.round(run.trainedMs),
    run.device?.name ?? null,
    run.device?.precision ?? null,
    run.device?.threads ?? null,
    run.settingsHash,
    run.tags.join(', '),
    run.notes,
    run.starred ? 1 : 0,
    run.archived ? 1 : 0,
    ...laterResults.map((column) => resultAt(last?.results, column)),
    ...laterTestResults.map((column) => resultAt(run.bestEpoch?.results, column)),
  ]
}

export function resultRows(run: RunSummary, results: readonly ResultRow[]): CsvValue[][] {
  return results.map(({ checkpoint, epoch, split, protocol, metric, value, batchStatistics, evaluationId }) => [
    ...runCells(run),
    checkpoint,
    epoch,
    split,
    protocol,
    metric,
    value,
    batchStatistics,
    evaluationId,
  ])
}

/** The classes of a run's test split, the worst first. */
export function classRows(run: RunSummary, confusion: Confusion): CsvValue[][] {
  const { checkpoint, epoch, split } = confusion
  return classErrors(confusion).map((row) => [...runCells(run), checkpoint, epoch, split, ...classErrorCells(row)])
}

/** A test of a run, or of several as an ensemble; times are Unix milliseconds. */
export function evaluationRow(evaluation: Evaluation): CsvValue[] {
  const { results, device } = evaluation
  return [
    evaluation.id,
    evaluation.runIds.join(' '),
    evaluation.runIds.length > 1 ? 1 : 0,
    evaluation.checkpoint,
    evaluation.epoch,
    evaluation.split,
    evaluation.protocol,
    evaluation.views,
    evaluation.batchStatistics,
    evaluation.images,
    evaluation.state,
    evaluation.reason,
    ...metricNames.map((metric) => results?.[metric] ?? null),
    device?.name ?? null,
    device?.threads ?? null,
    evaluation.queuedAt,
    evaluation.startedAt,
    evaluation.finishedAt,
  ]
}

/** n of 6n+2, which tables of 0.1 had; empty for other architectures. */
function cifarN(network: NetworkDesign): number | null {
  return network.architecture === 'cifar' ? nOfDepth(depthOf(network), network) : null
}
