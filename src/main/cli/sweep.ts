import type { Command } from 'commander'
import type { SweepSummary } from '../../common/records/records.ts'
import { defineCommand } from './command.ts'
import { withEngine } from './connect.ts'
import { verdictOf } from './follow-sweep.ts'
import { formatTime } from './format.ts'
import { outcomeWithHint, registerMoreSeeds, runsOfSweep } from './more-seeds.ts'
import { askPublished, publishedOption, publishedText } from './published-text.ts'
import { registerSweepRemoval } from './removal.ts'
import { findSweep } from './run-filter.ts'
import { sweepJsonSchema } from './sweep-json-schema.ts'
import { registerSweepPlan } from './sweep-plan.ts'
import { questionText, registerSweepQuestion } from './sweep-question.ts'
import { registerSweepStart } from './sweep-start.ts'
import { registerSweepTemplate } from './sweep-template.ts'
import { table } from './table.ts'

export function registerSweep(program: Command): void {
  const sweep = program.command('sweep').description('plan, run and queue grids of runs')
  registerSweepPlan(sweep)
  registerSweepStart(sweep)

  defineCommand(
    sweep,
    'list',
    'the sweeps of the workspace',
    (command) => command,
    async (context) => {
      const sweeps = await withEngine(context, (client) => client.call('sweeps.list', {}))
      context.output.value(sweeps)
      if (!context.output.json) context.output.text(sweeps.length > 0 ? sweepTable(sweeps) : 'This workspace has no sweep yet.')
    },
  )

  defineCommand<{ readonly published?: boolean }>(
    sweep,
    'show <sweep>',
    'a sweep’s results and its verdict',
    (command) => command.option(...publishedOption),
    async (context, { published: wanted }, [name]) => {
      const { sweepId, runs, asked, answer, published } = await withEngine(context, async (client) => {
        const found = await findSweep(client, name!)
        const summaries = await client.call('sweeps.list', {})
        const question = summaries.find(({ id }) => id === found)?.question
        const own = await runsOfSweep(client, found)
        return {
          sweepId: found,
          runs: own,
          asked: question,
          answer: question ? await client.call('sweeps.answer', { sweepId: found }) : null,
          published: wanted ? await askPublished(client, own) : [],
        }
      })
      context.output.value({ runs, verdicts: verdictOf(runs), ...(answer && { question: asked, answer }), ...(wanted && { published }) })
      if (context.output.json) return
      if (asked && answer) context.output.text(`${questionText(asked, answer)}\n`)
      context.output.text(outcomeWithHint(context, sweepId, runs))
      if (wanted) context.output.text(`\n${publishedText(published)}`)
    },
  )

  registerSweepRemoval(sweep)
  registerMoreSeeds(sweep)
  registerSweepQuestion(sweep)
  registerSweepTemplate(sweep)

  defineCommand(
    sweep,
    'schema',
    'the JSON Schema of sweep files, for editors',
    (command) => command,
    ({ output }) => {
      if (output.json) output.value(sweepJsonSchema())
      else output.text(JSON.stringify(sweepJsonSchema(), null, 2))
    },
  )
}

function sweepTable(sweeps: readonly SweepSummary[]): string {
  return table(
    [{ title: 'sweep', align: 'right' }, { title: 'name' }, { title: 'runs', align: 'right' }, { title: 'states' }, { title: 'queued' }],
    sweeps.map((sweep) => [
      String(sweep.id),
      sweep.name,
      String(sweep.runIds.length),
      Object.entries(sweep.states)
        .filter(([, count]) => count > 0)
        .map(([state, count]) => `${count} ${state}`)
        .join(', '),
      formatTime(sweep.createdAt),
    ]),
  )
}
