import { assessDegradation } from '../../../common/analysis/degradation.ts'
import { mean } from '../../../common/analysis/error-words.ts'
import { verdictRows } from '../../../common/analysis/verdict-table.ts'
import { effectTable } from '../../../common/effects/effect-table.ts'
import { effectCells, effectTitles } from '../../../common/effects/effect-words.ts'
import { costFigure } from '../../../common/export/cost-figure.ts'
import { depthFigure, depthPicture } from '../../../common/export/depth-figure.ts'
import { type FigureInput, figureSchema } from '../../../common/export/figure.ts'
import { errorColumns } from '../../../common/export/result-table.ts'
import { runsByNetwork } from '../../../common/analysis/depth-results.ts'
import type { ReportBlock, ReportTable } from '../../../common/report/sweep-report.ts'
import { curvesPicture } from '../curves-figure.ts'
import { layersPicture } from '../layers-figure.ts'
import type { ReportedRun } from './report-input.ts'

const width = 692

/** Curves, results, verdict, comparisons and layers of runs that may be compared. @param label null where the sweep is one experiment */
export function experimentBlocks(label: string | null, runs: readonly ReportedRun[]): ReportBlock[] {
  const summaries = runs.map(({ summary }) => summary)
  const suffix = label === null ? '' : ` (${label})`
  return [
    ...section(`Curves${suffix}`, curveBlocks(runs)),
    ...section(`Results${suffix}`, [resultTable(runs), ...resultFigures(runs)]),
    ...section(`Verdict${suffix}`, verdictBlocks(runs)),
    ...section(`Comparisons${suffix}`, comparisonBlocks(label ?? '', summaries)),
    ...section(`Analyses${suffix}`, layerBlocks(runs)),
  ]
}

function section(title: string, blocks: readonly ReportBlock[]): ReportBlock[] {
  return blocks.length > 0 ? [{ kind: 'section', title }, ...blocks] : []
}

function figureBlock(figure: FigureInput, caption: string): ReportBlock {
  return { kind: 'figure', figure: figureSchema.parse({ ...figure, show: { title: false, subtitle: false } }), caption }
}

function curveBlocks(runs: readonly ReportedRun[]): ReportBlock[] {
  if (runs.every(({ epochs }) => epochs.length === 0)) return []
  const figure = curvesPicture(runs, { x: 'auto', width, title: null, maximumError: null, published: false })
  return [
    figureBlock(
      figure,
      `${figure.title}: ${figure.subtitle}. Training error is dashed, test error solid; bands are ± one standard deviation over seeds.`,
    ),
  ]
}

function resultTable(runs: readonly ReportedRun[]): ReportTable {
  const { results } = assessDegradation(runs.map(({ summary }) => summary))
  const counts = new Map(runs.map(({ summary }) => [summary.parameterCount, summary.multiplyAdds]))
  const right = (title: string) => ({ title, right: true })
  const errors = errorColumns(results)
  return {
    kind: 'table',
    caption: 'Errors at the last epoch of finished runs, mean ± standard deviation over seeds',
    columns: [
      { title: 'network' },
      ...['layers', 'parameters', 'multiply-adds, M', 'seeds', ...errors.map(({ title }) => title)].map(right),
    ],
    rows: results.map((result) => [
      result.name,
      `${result.layers}`,
      result.parameterCount.toLocaleString('en-US'),
      ((counts.get(result.parameterCount) ?? 0) / 1e6).toFixed(1),
      `${result.finished}${result.diverged > 0 ? `, ${result.diverged} diverged` : ''}`,
      ...errors.map(({ key }) => (result[key] ? mean(result[key]) : '–')),
    ]),
  }
}

function resultFigures(runs: readonly ReportedRun[]): ReportBlock[] {
  const summaries = runs.map(({ summary }) => summary)
  const picture = depthPicture(summaries, false)
  if (!picture) return []
  const cost = costFigure(runsByNetwork(summaries.filter(({ state }) => state === 'finished')), { width, title: null })
  return [
    figureBlock(
      depthFigure(picture, { width, title: null, fit: true }),
      'Error at the last epoch against depth; bars are ± one standard deviation over seeds.',
    ),
    ...(cost
      ? [
          figureBlock(
            cost,
            'Test error at the last epoch against multiply-adds of an image, parameters and mean time of training; numbers are layers.',
          ),
        ]
      : []),
  ]
}

function verdictBlocks(runs: readonly ReportedRun[]): ReportBlock[] {
  const verdict = assessDegradation(runs.map(({ summary }) => summary))
  const rows = verdictRows(verdict)
  return [
    ...verdict.sentences.map((text): ReportBlock => ({ kind: 'text', text })),
    ...(rows.length > 0
      ? [
          {
            kind: 'table' as const,
            caption: 'Training errors at the last epoch that the verdict compares',
            columns: [
              { title: 'comparison' },
              ...['from', 'to', 'difference, points', 'counts from'].map((title) => ({ title, right: true })),
              { title: '' },
            ],
            rows: rows.map(({ what, from, to, difference, margin, relation }) => [what, from, to, difference, margin, relation]),
          },
        ]
      : []),
  ]
}

function comparisonBlocks(label: string, summaries: readonly ReportedRun['summary'][]): ReportBlock[] {
  const { effects, notes, split } = effectTable(label, summaries)
  if (effects.length === 0) return []
  return [
    {
      kind: 'table',
      caption: `${split} error at the last epoch, percent; p corrected by Holm’s method for all comparisons of the table`,
      columns: [{ title: 'comparison' }, ...effectTitles.map((title) => ({ title, right: true })), { title: 'finding' }],
      rows: effects.map(effectCells),
    },
    ...notes.map((text): ReportBlock => ({ kind: 'text', tone: 'quiet', text })),
  ]
}

function layerBlocks(runs: readonly ReportedRun[]): ReportBlock[] {
  if (runs.every(({ statistics }) => statistics.length === 0)) return []
  const figure = layersPicture(runs, { width, title: null, together: true })
  return [figureBlock(figure, `${figure.title}, plain nets dashed: ${figure.subtitle}. Top: in the order of layers; bottom: sorted.`)]
}
