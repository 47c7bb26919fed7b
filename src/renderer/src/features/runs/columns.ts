import type { RunSummary } from '../../../../common/rpc/records.ts'
import { clock, compact, duration, percent } from '../../ui/format.ts'
import { depthOf, variantOf } from './run-labels.ts'

export interface Column {
  readonly key: string
  readonly title: string
  readonly number: boolean
  /** What is sorted by; null goes last in either direction. */
  readonly value: (run: RunSummary) => number | string | null
  readonly text: (run: RunSummary) => string
}

export const columns: readonly Column[] = [
  { key: 'id', title: 'No.', number: true, value: (run) => run.id, text: (run) => String(run.id) },
  { key: 'variant', title: 'Network', number: false, value: variantOf, text: variantOf },
  { key: 'depth', title: 'Layers', number: true, value: depthOf, text: (run) => String(depthOf(run)) },
  { key: 'seed', title: 'Seed', number: true, value: (run) => run.settings.seed, text: (run) => String(run.settings.seed) },
  { key: 'dataset', title: 'Data set', number: false, value: (run) => run.settings.dataset.name, text: (run) => run.settings.dataset.name },
  { key: 'recipe', title: 'Recipe', number: false, value: (run) => run.settings.recipe.name, text: (run) => run.settings.recipe.name },
  { key: 'epoch', title: 'Epochs', number: true, value: (run) => run.lastEpoch?.epoch ?? 0, text: (run) => `${run.lastEpoch?.epoch ?? 0} / ${run.totalEpochs}` },
  { key: 'train', title: 'Train, %', number: true, value: (run) => run.lastEpoch?.train.error ?? null, text: (run) => percent(run.lastEpoch?.train.error) },
  { key: 'test', title: 'Test, %', number: true, value: (run) => run.lastEpoch?.test.error ?? null, text: (run) => percent(run.lastEpoch?.test.error) },
  { key: 'best', title: 'Best test, %', number: true, value: (run) => run.bestTest?.error ?? null, text: (run) => percent(run.bestTest?.error) },
  { key: 'parameters', title: 'Parameters', number: true, value: (run) => run.parameterCount, text: (run) => compact(run.parameterCount) },
  { key: 'trained', title: 'Trained', number: true, value: (run) => run.trainedMs, text: (run) => (run.trainedMs ? duration(run.trainedMs) : '–') },
  { key: 'finished', title: 'Ended', number: true, value: (run) => run.finishedAt, text: (run) => (run.finishedAt ? clock(run.finishedAt) : '–') },
]

export function sortRuns(runs: readonly RunSummary[], column: Column, descending: boolean): RunSummary[] {
  const keyed = runs.map((run) => ({ run, value: column.value(run) }))
  const sign = descending ? -1 : 1
  keyed.sort((a, b) => {
    if (a.value === null || b.value === null) return a.value === b.value ? a.run.id - b.run.id : a.value === null ? 1 : -1
    if (a.value === b.value) return a.run.id - b.run.id
    return a.value < b.value ? -sign : sign
  })
  return keyed.map((entry) => entry.run)
}
