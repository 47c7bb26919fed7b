import type { Command } from 'commander'
import { SkiplabError } from '../../common/failure.ts'
import { momentOf, namedPeriod, type Period, periodBefore, type PeriodName, periodNames } from '../../common/report/period.ts'
import { makeReport } from '../../common/report/report.ts'
import { unpackRuns } from '../../common/rpc/run-list.ts'
import { defineCommand } from './command.ts'
import { withEngine } from './connect.ts'
import { formatTime } from './format.ts'
import { reportText } from './report-text.ts'
import { writeSweepReport } from './sweep-report.ts'

interface ReportOptions {
  readonly since: PeriodName | number
  readonly html?: string
  readonly pdf?: string
}

export function registerReport(program: Command): void {
  const configure = (command: Command) =>
    command
      .option(
        '--since <time>',
        'evening (yesterday 18:00), night (20:00 to 08:00), day (24 hours), week, or a time such as 2026-01-31T18:00',
        readSince,
        'evening',
      )
      .option('--html <file>', 'of a sweep: one HTML file that needs nothing else; - for stdout')
      .option('--pdf <file>', 'of a sweep: A4 pages; - for stdout')
  defineCommand<ReportOptions>(
    program,
    'report [sweep]',
    'what finished, failed and changed since yesterday evening; of a sweep, its report as a file',
    configure,
    async (context, { since, html, pdf }, [sweep]) => {
      if (sweep !== undefined || html !== undefined || pdf !== undefined) return writeSweepReport(context, sweep, { html, pdf })
      const now = Date.now()
      const period: Period = typeof since === 'number' ? { from: since, to: now } : namedPeriod(since, now)
      if (period.from >= now)
        throw new SkiplabError('bad-input', `--since expected a time in the past; got ${formatTime(period.from, now)}.`)
      const report = await withEngine(context, async (client) => {
        const [list, sweeps, attempts, status] = await Promise.all([
          client.call('runs.list', { limit: 100_000 }),
          client.call('sweeps.list', {}),
          client.call('runs.attempts', { from: periodBefore(period).from, to: now }),
          client.call('engine.status', {}),
        ])
        return makeReport(period, { runs: unpackRuns(list), sweeps, attempts, progress: status.running, now })
      })
      context.output.value(report)
      if (!context.output.json) context.output.text(reportText(report))
    },
  )
}

function readSince(text: string): PeriodName | number {
  const name = periodNames.find((one) => one === text)
  if (name) return name
  const at = momentOf(text)
  if (at === null)
    throw new SkiplabError(
      'bad-input',
      `--since expected ${periodNames.join(', ')}, a day such as 2026-01-31 or a time such as 2026-01-31T18:00; got "${text}".`,
    )
  return at
}
