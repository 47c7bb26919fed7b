import { analysisNamed } from '../../common/analyses/analyses.ts'
import { type Analysis, type AnalysisDetails, type AnalysisProgress, checkpointsText } from '../../common/analyses/analysis.ts'
import { cellText, readableTableOf } from '../../common/analyses/analysis-table.ts'
import { optionText } from '../../common/analyses/option-fields.ts'
import { formatDuration, printable } from './format.ts'
import { type JobWords, shareDone, stateWords } from './job-view.ts'
import { table } from './table.ts'

/** How analyses are followed. @param names of runs by number */
export function analysisWords(names: ReadonlyMap<number, string>): JobWords<Analysis, AnalysisProgress> {
  return {
    plural: 'analyses',
    idName: 'analysisId',
    get: async (client, analysisId) => (await client.call('analyses.get', { analysisId })).analysis,
    onChange: (client, listener) => void client.on('analysis.changed', listener),
    onProgress: (client, listener) => void client.on('analysis.progress', (progress) => listener(progress.analysisId, progress)),
    title: (analysis) => `${analysisNamed(analysis.kind).title} of ${runWords(analysis, names)}`,
    result: () => 'finished',
    progressParts: (_analysis, progress) => [
      progress?.phase ?? 'starting',
      shareDone(progress),
      progress?.remainingMs ? `${formatDuration(progress.remainingMs)} left` : '',
    ],
  }
}

/** "run 3, residual-20 A, seed 1"; "the runs 3, 4, 5". */
function runWords({ runIds }: Pick<Analysis, 'runIds'>, names: ReadonlyMap<number, string>): string {
  const [first, ...others] = new Set(runIds)
  if (others.length > 0) return `the runs ${[first, ...others].join(', ')}`
  const name = names.get(first!)
  return `run ${first}${name === undefined ? '' : `, ${printable(name)}`}`
}

/** A row an analysis. @param progress of those that run */
export function analysesTable(analyses: readonly Analysis[], progress: readonly AnalysisProgress[] = []): string {
  const words = analysisWords(new Map())
  const known = new Map(progress.map((each) => [each.analysisId, each]))
  const rows = analyses.map(({ id, kind, runIds, checkpoint, epochs, split, state, reason, options }, index) => [
    String(id),
    kind,
    [...new Set(runIds)].join(', '),
    epochs.length > 0 ? `${checkpointsText(checkpoint)} (${[...new Set(epochs)].join(', ')})` : checkpointsText(checkpoint),
    split,
    Object.entries(options)
      .map(([name, value]) => `${name}=${optionText(value)}`)
      .join(' '),
    state === 'failed' && reason !== null ? `failed: ${reason}` : stateWords(analyses[index]!, words, known),
  ])
  const titles = ['analysis', 'kind', 'runs', 'checkpoint', 'split', 'options', 'state']
  return table(
    titles.map((title) => ({ title, ...(title === 'analysis' && { align: 'right' as const }) })),
    rows,
  )
}

/** The result of a finished analysis, in short where it is too long to be read. */
export function resultText(details: AnalysisDetails, names: ReadonlyMap<number, string>): string {
  const { table: shown, isShort } = readableTableOf(details, names)
  const { columns, rows, notes } = shown
  const whole = isShort ? [`Every number: npx skiplab analyses show ${details.analysis.id} --csv, or --json.`] : []
  const isNumber = (at: number) => rows.some((row) => typeof row[at] === 'number')
  const drawn = table(
    columns.map(({ title }, at) => ({ title, align: isNumber(at) ? ('right' as const) : ('left' as const) })),
    rows.map((row) => row.map((value, at) => cellText(value, columns[at]!))),
  )
  const below = [...notes, ...whole].map(printable)
  return [drawn, ...(below.length > 0 ? ['', ...below] : [])].join('\n')
}
