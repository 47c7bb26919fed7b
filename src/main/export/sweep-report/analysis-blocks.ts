import { type Analysis, checkpointsText } from '../../../common/analyses/analysis.ts'
import { analysisNamed } from '../../../common/analyses/analyses.ts'
import { analysedNames, cellText, readableTableOf, tableOf } from '../../../common/analyses/analysis-table.ts'
import { optionTexts } from '../../../common/analyses/option-words.ts'
import type { AnalysisTable } from '../../../common/analyses/kinds/define-analysis.ts'
import { groupByExperiment } from '../../../common/analysis/experiment.ts'
import { tableCsv } from '../../../common/export/analysis-csv.ts'
import { figureSchema } from '../../../common/export/figure.ts'
import { mapFigureSchema } from '../../../common/export/map-figure.ts'
import { sampledMap } from '../../../common/export/sampled-map.ts'
import { networksOf, seedWords, trainingWords } from '../../../common/gallery/caption.ts'
import { capitalized } from '../../../common/issue-words.ts'
import type { RunSummary } from '../../../common/records/records.ts'
import type { ReportBlock } from '../../../common/report/sweep-report.ts'
import { type AnalysisPicture, analysisPictures } from './analysis-pictures.ts'
import type { ReportInput } from './report-input.ts'

/** Rows that a page can hold; longer tables are files. */
const mostRows = 40

/** A finished analysis with what it came to. */
export interface ReportedAnalysis {
  readonly analysis: Analysis
  readonly result: unknown
}

/** Finished analyses of the sweep's runs: what was asked, what was found, and the numbers, in a table or as a file. */
export function analysisBlocks({ analyses, runs }: ReportInput): ReportBlock[] {
  const summaries = runs.map(({ summary }) => summary)
  const names = new Map(summaries.map(({ id, name }) => [id, name]))
  return analyses.flatMap(({ analysis, result }): ReportBlock[] => {
    const { id, kind, checkpoint, split } = analysis
    const definition = analysisNamed(kind)
    const numbers = tableOf({ analysis, result }, names)
    const { table: readable } = readableTableOf({ analysis, result }, names)
    const analysed = analysedNames(analysis, names)
    return [
      { kind: 'heading', title: `${definition.title} of ${[...new Set(analysed.map(({ name }) => name))].join('; ')}` },
      { kind: 'text', text: [definition.words, ...definition.seen].join(' ') },
      {
        kind: 'text',
        tone: 'quiet',
        text: `Analysis ${id}: checkpoint ${checkpointsText(checkpoint)}, ${split} images; ${optionTexts(analysis).join('; ')}.`,
      },
      ...analysisPictures(analysis, result, summaries).map((picture) => pictureBlock(picture, analysis, summaries)),
      ...numbers.notes.map((text): ReportBlock => ({ kind: 'text', text })),
      ...(readable.rows.length <= mostRows ? [tableBlock(definition.title, readable)] : []),
      {
        kind: 'file',
        name: `analysis-${id}-${kind}.csv`,
        mime: 'text/csv',
        text: tableCsv(numbers),
        words: `the numbers of analysis ${id}, ${definition.title}`,
        command: `npx skiplab analyses show ${id} --csv`,
      },
    ]
  })
}

function pictureBlock(picture: AnalysisPicture, { id, runIds }: Analysis, summaries: readonly RunSummary[]): ReportBlock {
  const show = { title: false, subtitle: false }
  const experiments = groupByExperiment(summaries.filter((run) => runIds.includes(run.id))).map(({ runs }) => runs)
  const caption = (spread: string, more: readonly string[]): string =>
    [
      `${picture.title}${picture.subtitle ? `: ${picture.subtitle}` : ''}.`,
      ...more,
      // Of a sweep over learning rates, runs of one network and seed are no further seeds.
      seedWords(
        experiments.flatMap((own) => networksOf(own)),
        spread,
      ),
      ...new Set(experiments.flatMap((own) => trainingWords(own))),
    ].join(' ')
  if ('kind' in picture) {
    const { figure, left } = sampledMap(mapFigureSchema.parse({ ...picture, show }))
    return {
      kind: 'map',
      figure,
      caption: caption('each map is of one run or of two', left === null ? [] : [`${capitalized(left)}.`]),
      command: `npx skiplab analyses show ${id} --csv`,
    }
  }
  return { kind: 'figure', figure: figureSchema.parse({ ...picture, show }), caption: caption('lines and bars are means over them', []) }
}

function tableBlock(caption: string, { columns, rows }: AnalysisTable): ReportBlock {
  const isNumber = (index: number): boolean => rows.some((row) => typeof row[index] === 'number')
  return {
    kind: 'table',
    caption,
    columns: columns.map(({ title }, index) => ({ title, right: isNumber(index) })),
    rows: rows.map((row) => row.map((value, index) => (value === null ? '–' : cellText(value, columns[index]!)))),
  }
}
