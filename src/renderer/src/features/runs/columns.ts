import { withoutRepetitions } from '../../../../common/analysis/experiment.ts'
import { seedStatistics } from '../../../../common/analysis/statistics.ts'
import { heldAgainst } from '../../../../common/paper/held-against.ts'
import { firstPublished } from '../../../../common/paper/published-words.ts'
import { trafficWords, whereWords } from '../../../../common/places/place-words.ts'
import type { EpochRecord, RunSummary } from '../../../../common/records/records.ts'
import { type Metric, metricNames, metrics } from '../../../../common/results/metrics.ts'
import { resultAt, resultColumns } from '../../../../common/results/result-columns.ts'
import { bytes, clock, compact, count, duration, percent, plural, significant } from '../../ui/format.ts'
import { depthOf, variantOf } from '../../../../common/run-lines/run-labels.ts'

type Value = number | string | null

/** A column over runs, and over groups of runs that differ in their seed only. */
export interface Column {
  readonly key: string
  readonly title: string
  readonly number: boolean
  /** What is sorted by; null goes last in either direction. */
  readonly value: (run: RunSummary) => Value
  readonly text: (run: RunSummary) => string
  readonly groupValue: (runs: readonly RunSummary[]) => Value
  readonly groupText: (runs: readonly RunSummary[]) => string
}

type Cell = Pick<Column, 'value' | 'text'> & Partial<Pick<Column, 'groupValue' | 'groupText'>>

/** Makes a column of texts: a group shows what its runs share, else all values. */
function words(key: string, title: string, value: (run: RunSummary) => string): Column {
  const texts = (runs: readonly RunSummary[]): string => [...new Set(runs.map(value))].filter(Boolean).join(', ')
  return { key, title, number: false, value, text: value, groupValue: texts, groupText: texts }
}

/** Makes a column of numbers: a group shows their mean. */
function numbers(
  key: string,
  title: string,
  value: (run: RunSummary) => number | null,
  format: (value: number) => string,
  changes: Partial<Cell> = {},
): Column {
  const show = (one: number | null): string => (one === null ? '–' : format(one))
  const mean = (runs: readonly RunSummary[]): number | null => {
    const known = runs.map(value).filter((one) => one !== null)
    return known.length ? known.reduce((sum, one) => sum + one, 0) / known.length : null
  }
  return {
    key,
    title,
    number: true,
    value,
    text: (run) => show(value(run)),
    groupValue: mean,
    groupText: (runs) => show(mean(runs)),
    ...changes,
  }
}

/** A metric of every split at the last epoch, and of the test split at the best one. Top-1 errors keep the keys that 0.1 stored. */
function resultsOf(metric: Metric): Column[] {
  const { head, unit } = metrics[metric]
  const [suffix, percents] = [metric === 'topOneError' ? '' : `.${metric}`, unit === 'fraction' ? ', %' : '']
  const column = (key: string, title: string, value: (run: RunSummary) => number | null): Column =>
    measured(`${key}${suffix}`, `${title} ${head}${percents}`, unit === 'fraction' ? percent : significant, value)
  return [
    ...resultColumns
      .filter((result) => result.metric === metric)
      .map(({ split }) =>
        column(
          split,
          split.replace(/^./, (letter) => letter.toUpperCase()),
          (run) => resultAt(run.lastEpoch?.results, { split, metric }),
        ),
      ),
    column('best', metric === 'topOneError' ? 'Best test' : 'Best epoch’s test', (run) =>
      resultAt(run.bestEpoch?.results, { split: 'test', metric }),
    ),
  ]
}

/** Measured values: a group tells mean and standard deviation of the seeds that finished; a repetition is no other seed. */
function measured(key: string, title: string, format: (value: number) => string, value: (run: RunSummary) => number | null): Column {
  const statistics = (runs: readonly RunSummary[]) =>
    seedStatistics(
      withoutRepetitions(runs)
        .filter((run) => run.state === 'finished')
        .flatMap((run) => value(run) ?? []),
    )
  return numbers(key, title, value, format, {
    groupValue: (runs) => statistics(runs)?.mean ?? null,
    groupText: (runs) => {
      const found = statistics(runs)
      return found ? `${format(found.mean)}${found.std === null ? '' : ` ± ${format(found.std)}`}` : '–'
    },
  })
}

/** The last epoch's numbers. */
function ofEpoch(pick: (epoch: EpochRecord) => number): (run: RunSummary) => number | null {
  return (run) => (run.lastEpoch ? pick(run.lastEpoch) : null)
}

/** Makes a column of times: a group shows the latest. */
function times(key: string, title: string, value: (run: RunSummary) => number | null): Column {
  const latest = (runs: readonly RunSummary[]): number | null =>
    runs.map(value).reduce((a, b) => (a === null || (b !== null && b > a) ? b : a), null)
  const show = (at: number | null): string => (at === null ? '–' : clock(at))
  return numbers(key, title, value, clock, { groupValue: latest, groupText: (runs) => show(latest(runs)) })
}

export const columns: readonly Column[] = [
  numbers('id', 'No.', (run) => run.id, String, { groupText: (runs) => runNumbers(runs.map((run) => run.id)) }),
  words('variant', 'Network', variantOf),
  numbers('depth', 'Layers', depthOf, String),
  numbers('seed', 'Seed', (run) => run.settings.seed, String, {
    groupValue: (runs) => withoutRepetitions(runs).length,
    groupText: seedsText,
  }),
  words('dataset', 'Data set', (run) => run.settings.dataset.name),
  words('recipe', 'Recipe', (run) => run.settings.recipe.name),
  words('sweep', 'Sweep', (run) => run.sweepName ?? ''),
  numbers('epoch', 'Epochs', (run) => run.lastEpoch?.epoch ?? 0, String, {
    text: (run) => `${run.lastEpoch?.epoch ?? 0} / ${run.totalEpochs}`,
    groupText: epochsText,
  }),
  ...resultsOf('topOneError'),
  ...metricNames.filter((metric) => metric !== 'topOneError').flatMap(resultsOf),
  words('published', 'Published test error, %', (run) => firstPublished(heldAgainst([run]))?.text ?? ''),
  words('tags', 'Tags', (run) => run.tags.join(', ')),
  words('notes', 'Notes', (run) => run.notes),
  numbers('parameters', 'Parameters', (run) => run.parameterCount, compact),
  numbers('multiplyAdds', 'Multiply-adds', (run) => run.multiplyAdds, compact),
  numbers('batch', 'Batch', (run) => run.settings.recipe.batchSize, String),
  numbers('learningRate', 'Learning rate', (run) => run.settings.recipe.learningRate, significant),
  numbers(
    'speed',
    'Images/s',
    ofEpoch((epoch) => epoch.imagesPerSecond),
    count,
  ),
  numbers(
    'memory',
    'Peak memory',
    ofEpoch((epoch) => epoch.peakMemoryBytes),
    bytes,
  ),
  words('device', 'Device', (run) => (run.device ? `${run.device.name}, ${run.device.precision}` : '')),
  words('place', 'Place', (run) => whereWords(run) ?? ''),
  words('traffic', 'Network use', (run) => trafficWords(run) ?? ''),
  numbers('trained', 'Trained', (run) => run.trainedMs || null, duration),
  times('queued', 'Queued', (run) => run.queuedAt),
  times('started', 'Started', (run) => run.startedAt),
  times('finished', 'Ended', (run) => run.finishedAt),
  words('reason', 'Why', (run) => run.reason ?? ''),
]

/** Keys of the columns that are shown at first. */
export const defaultColumns: readonly string[] = [
  'id',
  'variant',
  'depth',
  'seed',
  'dataset',
  'recipe',
  'epoch',
  'train',
  'test',
  'tags',
  'trained',
  'finished',
]

/** The network is the link to the run: it cannot be left out. */
export const fixedColumn = 'variant'

function seedsText(runs: readonly RunSummary[]): string {
  const seeds = withoutRepetitions(runs)
  const finished = seeds.filter((run) => run.state === 'finished').length
  const repeated = runs.length - seeds.length
  return `${finished === seeds.length ? '' : `${finished} of `}${plural(seeds.length, 'seed')}${repeated ? `, ${repeated} repeated` : ''}`
}

function epochsText(runs: readonly RunSummary[]): string {
  const done = runs.map((run) => run.lastEpoch?.epoch ?? 0)
  const [low, high] = [Math.min(...done), Math.max(...done)]
  return `${low === high ? low : `${low}–${high}`} / ${runs[0]?.totalEpochs ?? 0}`
}

function runNumbers(ids: readonly number[]): string {
  return ids.length > 3 ? `${Math.min(...ids)} … ${Math.max(...ids)}` : [...ids].sort((a, b) => a - b).join(', ')
}
