import type { Command } from 'commander'
import { counted } from '../../common/counted.ts'
import { mixedArithmeticText } from '../../common/records/arithmetic.ts'
import { depthOf, widthsOf } from '../../common/network/design.ts'
import type { EpochRecord, RunEvent, RunSummary } from '../../common/records/records.ts'
import { type Metric, metricNames, metrics } from '../../common/results/metrics.ts'
import { checkpointWords, type KeptCheckpoint } from '../../common/results/kept-checkpoints.ts'
import { isFirstMetric, resultAt, resultColumns } from '../../common/results/result-columns.ts'
import type { EpochResults } from '../../common/results/splits.ts'
import { unlikeThePaper } from '../../common/paper/deviations.ts'
import { trafficWords, whereWords } from '../../common/places/place-words.ts'
import { formatWords } from '../../common/weights/format-words.ts'
import { defineCommand } from './command.ts'
import { withEngine } from './connect.ts'
import { formatBytes, formatDuration, formatInteger, formatPercent, formatTime, printable } from './format.ts'
import { askPublished, publishedOption, publishedText } from './published-text.ts'
import { type Column, table } from './table.ts'
import { integer } from './values.ts'

const shownEvents = 12

export function registerShow(program: Command): void {
  defineCommand<{ readonly published?: boolean }>(
    program,
    'show <run>',
    'one run: settings, state, epochs, events',
    (command) => command.option(...publishedOption),
    async (context, { published: asked }, [run]) => {
      const runId = integer('the number of a run', 1, Number.MAX_SAFE_INTEGER)(run!)
      const { published, ...details } = await withEngine(context, async (client) => {
        const run = await client.call('runs.get', { runId })
        return {
          run,
          epochs: await client.call('runs.epochs', { runId }),
          results: await client.call('runs.results', { runId }),
          checkpoints: await client.call('runs.checkpoints', { runId }),
          events: await client.call('runs.events', { runId, limit: 200 }),
          published: asked ? await askPublished(client, [run]) : [],
        }
      })
      context.output.value(asked ? { ...details, published } : details)
      if (context.output.json) return
      context.output.text(runText(details))
      if (asked) context.output.text(`\n${publishedText(published)}`)
    },
  )
}

interface ShownRun {
  readonly run: RunSummary
  readonly epochs: readonly EpochRecord[]
  readonly checkpoints: readonly KeptCheckpoint[]
  readonly events: readonly RunEvent[]
}

function runText({ run, epochs, checkpoints, events }: ShownRun): string {
  const { network, dataset, recipe, seed, initialWeights } = run.settings
  const mixed = mixedArithmeticText(run)
  const [where, traffic] = [whereWords(run), trafficWords(run)]
  const facts: [string, string][] = [
    ['run', `${run.id}, ${run.name}${run.sweepName ? `, of sweep ${run.sweepId} "${run.sweepName}"` : ''}`],
    ['state', run.reason ? `${run.state}: ${run.reason}` : run.state],
    ['network', `${depthOf(network)} layers, widths ${widthsOf(network).join('-')}, ${formatInteger(run.parameterCount)} parameters`],
    ['data set', `${dataset.name}, checksum ${dataset.checksum.slice(0, 12)}`],
    [
      'recipe',
      `${recipe.name}, batch ${recipe.batchSize}, ${formatInteger(run.totalSteps)} steps in ${counted(run.totalEpochs, 'epoch')}, ` +
        `learning rate ${recipe.learningRate}`,
    ],
    run.imported
      ? ['imported from', `${printable(run.imported.file)}, ${formatWords(run.imported.format)}, SHA-256 ${run.imported.sha256}`]
      : ['differs from the paper in', printable(unlikeThePaper([run.settings]) ?? 'nothing')],
    ...(initialWeights
      ? [['starts from', `weights of ${printable(initialWeights.name)}, SHA-256 ${initialWeights.sha256}`] satisfies [string, string]]
      : []),
    ['seed', String(seed)],
    [
      'device',
      run.device
        ? `${run.device.name}, ${run.device.threads} ${run.device.threads === 1 ? 'thread' : 'threads'}, ${run.device.precision}`
        : 'none yet',
    ],
    ...(where === null ? [] : [['place', printable(where)] satisfies [string, string]]),
    ...(traffic === null ? [] : [['network use', traffic] satisfies [string, string]]),
    ...(mixed === null ? [] : [['mixed', mixed] satisfies [string, string]]),
    ['trained', `${formatDuration(run.trainedMs)}, attempt ${run.attempt}`],
    ['queued', formatTime(run.queuedAt)],
    ...(run.finishedAt === null ? [] : [['ended', formatTime(run.finishedAt)] satisfies [string, string]]),
    ['last test', run.lastEpoch ? `${testWords(run.lastEpoch.results)} in epoch ${run.lastEpoch.epoch}` : 'none yet'],
    ['best test', run.bestEpoch ? `${testWords(run.bestEpoch.results)} in epoch ${run.bestEpoch.epoch}` : 'none yet'],
  ]
  const parts = [
    table([{ title: '' }, { title: '' }], facts)
      .split('\n')
      .slice(1)
      .join('\n'),
  ]
  if (epochs.length > 0) parts.push(epochTable(epochs))
  if (checkpoints.length > 0) parts.push(checkpointTable(checkpoints))
  const latest = [...events].sort((a, b) => a.id - b.id).slice(-shownEvents)
  if (latest.length > 0) parts.push(latest.map((event) => `${formatTime(event.at)}  ${event.kind}: ${printable(event.message)}`).join('\n'))
  return parts.join('\n\n')
}

/** A row a checkpoint: those of an epoch's end can be analysed with `--checkpoint EPOCH`. */
function checkpointTable(checkpoints: readonly KeptCheckpoint[]): string {
  return table(
    [{ title: 'checkpoint', align: 'right' }, { title: 'step', align: 'right' }, { title: 'size', align: 'right' }, { title: 'is' }],
    checkpoints.map((each) => [String(each.epoch), String(each.step), formatBytes(each.bytes), checkpointWords(each)]),
  )
}

/** "24.01 %", with what is measured beside the top-1 error: "24.01 %, top-5 error 6.33 %". */
function testWords({ test }: EpochResults): string {
  const others = metricNames.filter((metric) => !isFirstMetric(metric) && test[metric] !== undefined)
  return [
    formatPercent(test.topOneError),
    ...others.map((metric) => `${metrics[metric].words} ${formatResult(metric, test[metric] ?? null)}`),
  ].join(', ')
}

function formatResult(metric: Metric, value: number | null): string {
  return metrics[metric].unit === 'fraction' ? formatPercent(value) : (value?.toFixed(4) ?? '–')
}

/** All epochs up to 20, else about 20 of them, the last included. */
function epochTable(epochs: readonly EpochRecord[]): string {
  const every = Math.ceil(epochs.length / 20)
  const shown = epochs.filter((_, index) => (index + 1) % every === 0 || index === epochs.length - 1)
  const others = resultColumns.filter(
    (column) => !isFirstMetric(column.metric) && epochs.some(({ results }) => resultAt(results, column) !== null),
  )
  return table(
    [
      { title: 'epoch', align: 'right' },
      { title: 'step', align: 'right' },
      { title: 'learning rate', align: 'right' },
      { title: 'train loss', align: 'right' },
      { title: 'train error', align: 'right' },
      { title: 'validation', align: 'right' },
      { title: 'test error', align: 'right' },
      ...others.map(({ split, metric }): Column => ({ title: `${split} ${metrics[metric].words}`, align: 'right' })),
      { title: 'images/s', align: 'right' },
      { title: 'memory', align: 'right' },
    ],
    shown.map((epoch) => [
      String(epoch.epoch),
      String(epoch.step),
      String(Number(epoch.learningRate.toPrecision(4))),
      epoch.results.train.loss.toFixed(4),
      formatPercent(epoch.results.train.topOneError),
      formatPercent(epoch.results.validation?.topOneError),
      formatPercent(epoch.results.test.topOneError),
      ...others.map((column) => formatResult(column.metric, resultAt(epoch.results, column))),
      String(Math.round(epoch.imagesPerSecond)),
      formatBytes(epoch.peakMemoryBytes),
    ]),
  )
}
