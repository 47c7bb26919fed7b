import { clock } from '../../../common/clock-words.ts'
import type { CsvTable } from '../../../common/export/csv-table.ts'
import { csvLine } from '../../../common/export/csv.ts'
import { depthName } from '../../../common/analysis/depth-results.ts'
import { unlikeThePaper } from '../../../common/paper/deviations.ts'
import type { ReportBlock, ReportFile } from '../../../common/report/sweep-report.ts'
import { shellWord } from '../../../common/shell-word.ts'
import { sweepCommand } from '../../../common/sweep/sweep-command.ts'
import { sweepFileName, sweepFileText } from '../../../common/sweep/sweep-text.ts'
import { recipeWords, type RecipeFieldName, settingText } from '../../../common/training/recipe-words.ts'
import { csvColumns, epochRows, runRow } from '../csv-tables.ts'
import type { ReportInput } from './report-input.ts'

/** Largest table of epochs that is put inside, in characters: a report stays below 5 MB. */
const longestTable = 1_500_000
/** Where the commands of the last section work: a workspace of its own. */
const workspace = 'repeated-lab'

/** Networks, data and recipe, and where the recipe is not the paper's. */
export function settingBlocks({ sweep, runs }: ReportInput): ReportBlock[] {
  const [first] = runs
  if (!first) return []
  const { dataset, recipe, network } = first.summary.settings
  const names = [...new Set(runs.map(({ summary }) => depthName(summary.settings.network)))]
  const seeds = [...new Set(runs.map(({ summary }) => summary.settings.seed))].sort((a, b) => a - b)
  const fields = Object.entries(recipe).filter(
    (entry): entry is [RecipeFieldName, (typeof entry)[1]] => entry[0] !== 'name' && entry[1] !== null,
  )
  return [
    { kind: 'section', title: 'Settings' },
    {
      kind: 'facts',
      facts: [
        ['networks', names.join(', ')],
        ['layout', `${network.architecture}, widths ${sweep.widths.map((widths) => widths.join('-')).join('; ')}`],
        ['seeds', seeds.join(', ')],
        ['data', `${dataset.name}, images ${network.inputShape.join('×')}, ${network.classes} classes`],
        ['checksum of the data', `SHA-256 ${dataset.checksum}`],
        ['recipe', `${recipe.name}: ${fields.map(([field, value]) => `${recipeWords(field)} ${settingText(value)}`).join('; ')}`],
        ['unlike the paper', unlikeThePaper(runs.map(({ summary }) => summary.settings)) ?? 'nothing'],
      ],
    },
  ]
}

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

/** What computed the runs, and what made the report. */
export function environmentBlocks({ runs, versions }: ReportInput): ReportBlock[] {
  const devices = new Map<string, number>()
  for (const { summary } of runs) {
    for (const { name, kind, threads, precision } of summary.device ? [summary.device] : []) {
      const words = `${name} (${kind}), ${threads} ${threads === 1 ? 'thread' : 'threads'}, ${precision}`
      devices.set(words, (devices.get(words) ?? 0) + 1)
    }
  }
  return [
    { kind: 'section', title: 'Environment' },
    {
      kind: 'facts',
      facts: [
        ...[...devices].map(([words, count]): [string, string] => ['trained on', `${words}: ${count} ${count === 1 ? 'run' : 'runs'}`]),
        ...versions,
      ],
    },
  ]
}

/** The commands that train and report the same in a new workspace, and the sweep's file. */
export function repeatBlocks({ name, sweep, isImported, runs }: ReportInput): ReportBlock[] {
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
        (isImported ? ` PATH stands for the images or the archive that ${sweep.dataset} was imported from, with the same options.` : ''),
    },
    {
      kind: 'commands',
      lines: [
        `npx skiplab data add ${shellWord(sweep.dataset)}${isImported ? ' --from PATH' : ''}${own}`,
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

/** The sweep as a file, and the numbers behind every figure and table. */
export function filesOf({ name, sweep, runs }: ReportInput): ReportFile[] {
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
    },
    ...(epochs.length <= longestTable
      ? [{ kind: 'file' as const, name: 'epochs.csv', mime: 'text/csv', text: epochs, words: 'a row an epoch: the numbers of the curves' }]
      : []),
  ]
}
