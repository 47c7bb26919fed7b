import { groupByExperiment } from '../../../common/analysis/experiment.ts'
import type { Headline } from '../../../common/analysis/verdict-headline.ts'
import { clock } from '../../../common/clock-words.ts'
import { sweepOutcome } from '../../../common/report/sweep-outcome.ts'
import { answerQuestion } from '../../../common/question/answer.ts'
import { planWords, questionWords } from '../../../common/question/question-words.ts'
import { type AskedQuestion, askedQuestion } from '../../../common/sweep/question.ts'
import type { ReportBlock, SweepReport } from '../../../common/report/sweep-report.ts'
import { analysisBlocks } from './analysis-blocks.ts'
import { experimentBlocks } from './experiment-blocks.ts'
import { environmentBlocks } from './environment.ts'
import { filesOf, repeatBlocks, runBlocks } from './facts.ts'
import { rateMapBlocks } from './rate-map-blocks.ts'
import type { ReportedRun, ReportInput } from './report-input.ts'
import { settingBlocks } from './settings.ts'

/** Puts a sweep's report together: question, answer, settings, curves, tables, verdict, analyses, environment, how to repeat it. */
export function composeReport(input: ReportInput): SweepReport {
  const summaries = input.runs.map(({ summary }) => summary)
  const outcome = sweepOutcome(summaries)
  const experiments = groupByExperiment(summaries)
  const byId = new Map(input.runs.map((run) => [run.summary.id, run]))
  return {
    title: input.name,
    subtitle: `Report of sweep ${input.sweepId}, queued ${clock(input.queuedAt)}; ${outcome.counts}. Made ${clock(input.madeAt)}.`,
    blocks: [
      ...questionBlocks(input, outcome.answer && answerOf(outcome.answer.verdict.headline)),
      ...settingBlocks(input),
      ...experiments.flatMap(({ label, runs }) => {
        const own = runs.flatMap(({ id }): ReportedRun[] => [byId.get(id) ?? []].flat())
        return experimentBlocks(experiments.length > 1 ? label : null, own, input.tests)
      }),
      ...rateMapBlocks(summaries),
      ...(input.analyses.length > 0 ? [{ kind: 'section' as const, title: 'Further analyses' }, ...analysisBlocks(input)] : []),
      ...runBlocks(input),
      ...environmentBlocks(input),
      ...repeatBlocks(input),
      ...filesOf(input),
    ],
  }
}

/** Without the marks of the page, which no bundled font has. */
function answerOf({ plain, shortcuts }: Headline): string {
  return shortcuts.length === 0 ? `${plain}.` : `${plain}: ${shortcuts.map(({ text }) => text).join(', ')}.`
}

function questionBlocks(input: ReportInput, answer: string | null): ReportBlock[] {
  const asked = askedQuestion(input.sweep)
  return [
    { kind: 'section', title: 'Question and answer' },
    ...(asked ? writtenBlocks(asked, input) : []),
    ...depthBlocks(input, answer, !asked),
  ]
}

/** The question that was written down before the sweep, answered as it was written. */
function writtenBlocks(asked: AskedQuestion, { queuedAt, runs }: ReportInput): ReportBlock[] {
  const { words, notes } = answerQuestion(
    asked,
    queuedAt,
    runs.map(({ summary }) => summary),
  )
  return [
    { kind: 'text', text: `${questionWords(asked)} ${planWords(asked)}` },
    { kind: 'text', tone: 'answer', text: words },
    ...notes.map((text): ReportBlock => ({ kind: 'text', tone: 'quiet', text })),
  ]
}

/** The paper's question of such runs. @param isMain false where another one was written down */
function depthBlocks({ sweep, runs }: ReportInput, answer: string | null, isMain: boolean): ReportBlock[] {
  const depths = [...sweep.depths].sort((a, b) => a - b)
  const between = depths.length > 1 ? `from ${depths[0]} to ${depths.at(-1)} layers` : `at ${depths[0]} layers`
  const shortcut = sweep.families.filter((family) => family !== 'plain')
  const cure = shortcut.length > 0 ? `, and does a ${shortcut.join(' or a ')} net of the same depth do better` : ''
  const family = sweep.families.includes('plain') ? 'plain' : sweep.families[0]
  const finished = runs.filter(({ summary }) => summary.state === 'finished').length
  const none = finished === 0 ? 'No run has finished, so there is no answer yet.' : 'These runs leave it open; see the comparisons.'
  const opening = isMain ? 'Does' : 'Not written down in advance: does'
  return [
    { kind: 'text', text: `${opening} depth raise the error of ${family} nets ${between} on ${sweep.dataset}${cure}?` },
    { kind: 'text', ...(isMain && { tone: 'answer' as const }), text: answer ?? none },
  ]
}
