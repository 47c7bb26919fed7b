import { assessDegradation } from '../../../common/analysis/degradation.ts'
import { mean } from '../../../common/analysis/error-words.ts'
import { verdictRows } from '../../../common/analysis/verdict-table.ts'
import { effectTable } from '../../../common/effects/effect-table.ts'
import { depthLaws } from '../../../common/effects/depth-law.ts'
import { effectCells, effectTitles, intervalWords, pWords, signedPoints } from '../../../common/effects/effect-words.ts'
import { interactions } from '../../../common/effects/interaction.ts'
import type { Evaluation } from '../../../common/evaluation/evaluation.ts'
import { costFigure } from '../../../common/export/cost-figure.ts'
import { depthFigure, depthPicture } from '../../../common/export/depth-figure.ts'
import { type FigureInput, figureSchema } from '../../../common/export/figure.ts'
import { errorColumns } from '../../../common/export/result-table.ts'
import { runsByNetwork } from '../../../common/analysis/depth-results.ts'
import { networksOf, publishedWords, seedWords, trainingWords } from '../../../common/gallery/caption.ts'
import { heldAgainst } from '../../../common/paper/held-against.ts'
import { comparisonColumns, comparisonRows } from '../../../common/paper/published-words.ts'
import type { RunSummary } from '../../../common/records/records.ts'
import type { ReportBlock, ReportTable } from '../../../common/report/sweep-report.ts'
import { curvesPicture } from '../curves-figure.ts'
import { layersPicture } from '../layers-figure.ts'
import type { ReportedRun } from './report-input.ts'

const width = 692

/**
 * Curves, results, published numbers, verdict, comparisons and layers of runs that may be compared.
 * @param label null where the sweep is one experiment
 * @param tests finished ones of the sweep's runs
 */
export function experimentBlocks(label: string | null, runs: readonly ReportedRun[], tests: readonly Evaluation[]): ReportBlock[] {
  const summaries = runs.map(({ summary }) => summary)
  const suffix = label === null ? '' : ` (${label})`
  return [
    ...section(`Curves${suffix}`, curveBlocks(runs)),
    ...section(`Results${suffix}`, [resultTable(runs), ...resultFigures(runs)]),
    ...section(`Published numbers${suffix}`, publishedBlocks(summaries, tests)),
    ...section(`Verdict${suffix}`, verdictBlocks(runs)),
    ...section(`Comparisons${suffix}`, [
      ...comparisonBlocks(label ?? '', summaries),
      ...interactionBlocks(summaries),
      ...lawBlocks(summaries),
    ]),
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
  const figure = curvesPicture(runs, { x: 'auto', width, title: null, maximumError: null, published: true })
  const summaries = runs.map(({ summary }) => summary)
  const spread = 'lines are means, bands of the test error ± one standard deviation over them'
  return [figureBlock(figure, captionOf(`${figure.title}. Training error is dashed, test error solid.`, summaries, spread, true))]
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
  const finished = summaries.filter(({ state }) => state === 'finished')
  const picture = depthPicture(summaries, true, true)
  if (!picture) return []
  const cost = costFigure(runsByNetwork(finished), { width, title: null })
  const spread = 'marks are means, bars ± one standard deviation over them'
  const laws = picture.panels.some((panel) => panel.laws.length > 0) ? ' Thin grey lines: fitted laws with their 95 % interval.' : ''
  return [
    figureBlock(
      depthFigure(picture, { width, title: null, fit: true }),
      captionOf(`Error at the last epoch against depth.${laws}`, finished, spread, true),
    ),
    ...(cost
      ? [
          figureBlock(
            cost,
            captionOf(
              'Test error at the last epoch against multiply-adds of an image, parameters and mean time of training; numbers are layers.',
              finished,
              spread,
            ),
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

/** What depth changes in one variant beyond what it changes in another. */
function interactionBlocks(summaries: readonly RunSummary[]): ReportBlock[] {
  const found = interactions(summaries, 'test')
  if (found.length === 0) return []
  return [
    {
      kind: 'table',
      caption: 'Depth and shortcut together: what depth changes in one variant beyond what it changes in another, test error in points',
      columns: [
        { title: 'interaction' },
        ...['points', '95 %', 'p', 'p, Holm'].map((title) => ({ title, right: true })),
        { title: 'finding' },
      ],
      rows: found.map((one) => [
        one.name,
        signedPoints(one.difference),
        intervalWords(one),
        pWords(one.pValue),
        pWords(one.correctedPValue),
        one.words,
      ]),
    },
  ]
}

/** Laws of error against depth, which take three depths of a variant; their curves are in the figure of the results. */
function lawBlocks(summaries: readonly RunSummary[]): ReportBlock[] {
  return (['train', 'test'] as const).flatMap((split) =>
    depthLaws(summaries, split).map(({ words }): ReportBlock => ({
      kind: 'text',
      text: `${split === 'train' ? 'Training' : 'Test'} error against depth, ${words.join(' ')}`,
    })),
  )
}

/** The networks against what is published of them; none where nothing is. */
function publishedBlocks(summaries: readonly RunSummary[], tests: readonly Evaluation[]): ReportBlock[] {
  const { rows, notes } = comparisonRows(runsByNetwork(summaries).flatMap((own) => heldAgainst(own, tests)))
  if (rows.length === 0) return []
  return [
    {
      kind: 'table',
      caption:
        'What the paper, its review and public ports report of the same networks, beside own numbers at the same epoch and by the same ' +
        'protocol, as far as there are any; letters tell what was not alike',
      columns: comparisonColumns.map(({ title, number }) => ({ title, right: number })),
      rows,
    },
    ...notes.map((text): ReportBlock => ({ kind: 'text', tone: 'quiet', text })),
  ]
}

/** What a figure shows, of how many seeds, how trained, on which data. @param published whether published values are drawn in it */
function captionOf(words: string, runs: readonly RunSummary[], spread: string, published = false): string {
  return [words, ...(published ? publishedWords(runs) : []), seedWords(networksOf(runs), spread), ...trainingWords(runs)].join(' ')
}

function layerBlocks(runs: readonly ReportedRun[]): ReportBlock[] {
  if (runs.every(({ statistics }) => statistics.length === 0)) return []
  const figure = layersPicture(runs, { width, title: null, together: true })
  const drawn = runs.filter(({ statistics }) => statistics.length > 0).map(({ summary }) => summary)
  const words = `${figure.title}, plain nets dashed: ${figure.subtitle}. Top: in the order of layers; bottom: sorted.`
  return [figureBlock(figure, captionOf(words, drawn, 'lines are means over them'))]
}
