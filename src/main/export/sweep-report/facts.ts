import { clock } from '../../../common/clock-words.ts'
import { addDataCommand } from '../../../common/data/add-command.ts'
import type { CsvTable } from '../../../common/export/csv-table.ts'
import { csvLine } from '../../../common/export/csv.ts'
import type { ReportBlock, ReportFile } from '../../../common/report/sweep-report.ts'
import { shellWord } from '../../../common/shell-word.ts'
import { sweepCommand } from '../../../common/sweep/sweep-command.ts'
import { sweepFileName, sweepFileText } from '../../../common/sweep/sweep-text.ts'
import { csvColumns, epochRows, runRow } from '../csv-tables.ts'
import type { ReportInput } from './report-input.ts'

/** Where the commands of the last section work: a workspace of its own. */
const workspace = 'repeated-lab'

/** Every run with its state, errors, time and device. */
export function runBlocks({ runs }: ReportInput): ReportBlock[] {
  const right = (title: string) => ({ title, right: true })
  const percent = (value: number | undefined): string => (value === undefined ? '–' : (value * 100).toFixed(2))
  return [
    { kind: 'section', title: 'Runs' },
    {
      kind: 'table',
      caption: 'Every run of the sweep; errors at its last epoch, percent',
      columns: [
        right('no.'),
        { title: 'run' },
        { title: 'state' },
        right('epochs'),
        right('training error'),
        right('test error'),
        right('minutes'),
        { title: 'ended' },
      ],
      rows: runs.map(({ summary }) => [
        `${summary.id}`,
        summary.name,
        summary.reason === null ? summary.state : `${summary.state}: ${summary.reason}`,
        `${summary.lastEpoch?.epoch ?? 0} of ${summary.totalEpochs}`,
        percent(summary.lastEpoch?.results.train.topOneError),
        percent(summary.lastEpoch?.results.test.topOneError),
        (summary.trainedMs / 60_000).toFixed(1),
        summary.finishedAt === null ? '–' : clock(summary.finishedAt),
      ]),
    },
  ]
}

/** The commands that train and report the same in a new workspace, and the sweep's file. */
export function repeatBlocks({ name, sweep, isImported, datasetAsked, runs, environments }: ReportInput): ReportBlock[] {
  const file = sweepFileName(name)
  const dataset = runs[0]?.summary.settings.dataset
  const options = sweepCommand(sweep, workspace, false)
  const own = ` --workspace ${workspace}`
  return [
    { kind: 'section', title: 'How to repeat it' },
    {
      kind: 'text',
      text:
        'With the same data (its checksum above), threads and precision on the same kind of machine, ' +
        'the same seeds give the same numbers.' +
        (isImported && datasetAsked?.known === undefined
          ? ` PATH stands for the images or the archive that ${sweep.dataset} was imported from.`
          : ''),
    },
    ...arithmeticBlocks(environments),
    {
      kind: 'commands',
      lines: [
        `npx skiplab ${addDataCommand(sweep.dataset, datasetAsked ?? undefined, isImported)}${own}`,
        `npx skiplab data list${own}${dataset ? `   # checksum ${dataset.checksum.slice(0, 12)}…` : ''}`,
        `npx skiplab sweep run ${file}${own}`,
        `npx skiplab report ${shellWord(sweep.name)} --html report.html${own}`,
      ],
    },
    ...(options === null
      ? []
      : [
          { kind: 'text' as const, text: 'Without the file:' },
          { kind: 'commands' as const, lines: [options] },
        ]),
  ]
}

/** How a machine is told to compute as the runs were computed. */
function arithmeticBlocks(environments: ReportInput['environments']): ReportBlock[] {
  const distinct = <T>(values: readonly T[]): T[] => [...new Set(values)]
  const onCpu = environments.filter(({ device }) => device.kind === 'cpu')
  const threads = distinct(onCpu.map(({ device }) => device.threads)).sort((a, b) => a - b)
  const precisions = distinct(environments.map(({ device }) => device.precision))
  if (precisions.length === 0) return []
  const told = [
    ...(threads.length > 0
      ? [
          `Threads: ${threads.join(' or ')} a run, which are the cores in Settings, divided by the runs side by side there ` +
            '(at a place: skiplab place change NAME --threads).',
        ]
      : []),
    `Precision: ${precisions.join(' or ')}, as Settings have it; or write precision: ${precisions[0]} below “set” in the sweep’s file, ` +
      `or --set precision=${precisions[0]}, which every machine obeys.`,
  ]
  return [{ kind: 'text', text: told.join(' ') }]
}

/** The sweep as a file, and the numbers behind every figure and table. */
export function filesOf({ sweepId, name, sweep, runs }: ReportInput): ReportFile[] {
  const text = (table: CsvTable, rows: readonly Parameters<typeof csvLine>[0][]): string =>
    csvLine(csvColumns[table]) + rows.map(csvLine).join('')
  const epochs = text(
    'epochs',
    runs.flatMap(({ summary, epochs: own }) => epochRows(summary, own)),
  )
  return [
    {
      kind: 'file',
      name: sweepFileName(name),
      mime: 'application/yaml',
      text: sweepFileText(sweep),
      words: 'the sweep, for skiplab sweep run',
    },
    {
      kind: 'file',
      name: 'runs.csv',
      mime: 'text/csv',
      text: text(
        'runs',
        runs.map(({ summary }) => runRow(summary)),
      ),
      words: 'a row a run',
      command: `npx skiplab export csv --sweep ${sweepId} --table runs`,
    },
    {
      kind: 'file',
      name: 'epochs.csv',
      mime: 'text/csv',
      text: epochs,
      words: 'a row an epoch: the numbers of the curves',
      command: `npx skiplab export csv --sweep ${sweepId} --table epochs`,
    },
  ]
}
