import { mean } from '../../common/analysis/error-words.ts'
import { reportSummary } from '../../common/report/report-words.ts'
import type { Report } from '../../common/report/report.ts'
import type { RunSummary } from '../../common/records/records.ts'
import { formatDuration, formatPercent, formatTime, printable } from './format.ts'
import { runTable } from './run-state.ts'
import { table } from './table.ts'

/** Writes the report for a terminal: what a person asks first comes first. */
export function reportText(report: Report): string {
  const { period, finished, diverged, failed, held, cancelled, recovered, going } = report
  const parts = [`${reportSummary(report)} From ${formatTime(period.from)} to ${formatTime(period.to)}.`, comparison(report)]
  if (finished.length > 0) parts.push(titled('Finished', runTable(finished)))
  if (held.length > 0) parts.push(titled('Held until somebody retries them (npx skiplab queue retry RUN)', held.map(whyLine).join('\n')))
  if (diverged.length + failed.length > 0) parts.push(titled('Diverged or failed', [...diverged, ...failed].map(whyLine).join('\n')))
  if (cancelled.length > 0) parts.push(titled('Cancelled', cancelled.map((run) => runLine(run)).join('\n')))
  if (recovered.length > 0)
    parts.push(
      titled(
        'Went on after a crash',
        recovered.map(({ run, times }) => `${runLine(run)}, ${times === 1 ? 'once' : `${times} times`}`).join('\n'),
      ),
    )
  for (const sweep of report.sweeps) {
    const best = sweep.best
      ? [
          `best: ${sweep.best.network}, ${mean(sweep.best.testError)} test ` +
            `error${sweep.best.testError.count > 1 ? ` (mean of ${sweep.best.testError.count} seeds)` : ''}`,
        ]
      : []
    parts.push(
      titled(
        `Sweep ${sweep.id} "${printable(sweep.name)}": ${sweep.finished} of ${sweep.runs} finished`,
        [...(sweep.question ? [sweep.question.asked, sweep.question.answer] : []), ...best, ...sweep.verdict].join('\n'),
      ),
    )
  }
  if (report.newBests.length > 0) parts.push(titled('New best test errors', report.newBests.map(newBestLine).join('\n')))
  if (going.length + report.waiting > 0)
    parts.push(
      titled(
        'Going on',
        [
          ...going.map(
            ({ run, finishAt }) => `${runLine(run)}, ${finishAt === null ? 'no forecast yet' : `done about ${formatTime(finishAt)}`}`,
          ),
          `${report.waiting} waiting`,
        ].join('\n'),
      ),
    )
  return parts.join('\n\n')
}

function comparison({ finished, diverged, failed, held, use, before }: Report): string {
  const rows: [string, string, string][] = [
    ['finished', String(finished.length), String(before?.finished)],
    ['diverged', String(diverged.length), String(before?.diverged)],
    ['failed', String(failed.length), String(before?.failed)],
    ['held', String(held.length), String(before?.held)],
    ['machine busy', formatDuration(use.busyMs), formatDuration(before?.use.busyMs ?? 0)],
    ['run time', formatDuration(use.runMs), formatDuration(before?.use.runMs ?? 0)],
  ]
  // A new workspace has nothing to be compared with.
  if (!before)
    return table(
      [{ title: '' }, { title: 'this time', align: 'right' }],
      rows.map(([what, now]) => [what, now]),
    )
  return table([{ title: '' }, { title: 'this time', align: 'right' }, { title: 'the day before', align: 'right' }], rows)
}

function newBestLine({ experiment, run, testError, previous }: Report['newBests'][number]): string {
  return (
    `${printable(experiment)}: ${formatPercent(testError)}, ` +
    `${runLine(run)}${previous ? ` (before: ${formatPercent(previous.testError)}, ${runLine(previous.run)})` : ' (the first)'}`
  )
}

function whyLine(run: RunSummary): string {
  return `${runLine(run)}, ${run.state}: ${printable(run.reason ?? 'no reason was given')}`
}

function runLine(run: RunSummary): string {
  return `run ${run.id}, ${printable(run.name)}`
}

function titled(title: string, body: string): string {
  return body ? `${title}\n${body}` : title
}
