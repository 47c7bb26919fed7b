import type { Command } from 'commander'
import type { CallInput, EngineClient } from '../../common/rpc/contract.ts'
import type { EngineSettingsReply } from '../../common/rpc/engine-settings.ts'
import type { RunSummary, SweepPlan, SweepSummary } from '../../common/records/records.ts'
import { connectEngine } from '../client/client.ts'
import { defineCommand, type Context } from './command.ts'
import { withEngine } from './connect.ts'
import { CommandEnd } from './exit-codes.ts'
import { followSweep, outcomeExitCode, outcomeText, verdictOf, type OpenedSweep } from './follow-sweep.ts'
import { formatBytes, formatCount, formatFinish, formatInteger, formatSpread, formatTime } from './format.ts'
import { moreSeedsHint, registerMoreSeeds, runsOfSweep } from './more-seeds.ts'
import { noteOlderBuildOf } from './older-build.ts'
import { closingOnError, holdingInterrupts, openSweep, queuedText, resumeRuns } from './open-sweep.ts'
import { registerSweepRemoval } from './removal.ts'
import { findSweep } from './run-filter.ts'
import { requireDataset } from './require-dataset.ts'
import { addSweepOptions, sweepFromOptions, type SweepOptions } from './sweep-options.ts'
import { sweepJsonSchema } from './sweep-json-schema.ts'
import { table } from './table.ts'

export function registerSweep(program: Command): void {
  const sweep = program.command('sweep').description('plan, run and queue grids of runs')
  const inputs = (command: Command) => addSweepOptions(command.argument('[file]', 'sweep file in YAML or JSON, see skiplab sweep schema'))

  defineCommand<SweepOptions>(
    sweep,
    'plan',
    'what a sweep would do: runs, sizes, memory, forecast time',
    inputs,
    async (context, options, [file]) => {
      const wanted = sweepFromOptions(file, options)
      const { plan, machine } = await withEngine(context, async (client) => {
        await requireDataset(context, client, wanted.dataset)
        const plan = await planWithForecast(context, client, { sweep: wanted, again: options.again === true })
        return { plan, machine: await client.call('engine.settings', {}) }
      })
      context.output.value(plan)
      if (!context.output.json) context.output.text(planText(plan))
      const tooLarge = tooLargeText(plan, machine)
      if (tooLarge !== null) context.output.note(tooLarge)
    },
  )

  defineCommand<SweepOptions>(
    sweep,
    'run',
    'queue a sweep and follow it to its end; Ctrl-C saves and stops it',
    inputs,
    async (context, options, [file]) => {
      const wanted = sweepFromOptions(file, options)
      const client = await connectEngine({ workspace: context.workspace })
      const queued = await openSweep(context, client, wanted, options.again === true)
      await followToTheEnd(context, client, queued)
    },
  )

  defineCommand<SweepOptions>(
    sweep,
    'queue',
    'queue a sweep and return; the engine trains in the background',
    inputs,
    async (context, options, [file]) => {
      const wanted = sweepFromOptions(file, options)
      const queued = await withEngine(context, async (client) => {
        await noteOlderBuildOf(context, client)
        await requireDataset(context, client, wanted.dataset)
        return client.call('sweeps.queue', { sweep: wanted, again: options.again === true })
      })
      context.output.value(queued)
      if (!context.output.json)
        context.output.text(
          `${queuedText(wanted.name, queued.sweepId, queued.runIds.length, queued.reusedRunIds.length)} Watch them with: npx skiplab watch`,
        )
    },
  )

  defineCommand(
    sweep,
    'resume <sweep>',
    'go on with a stopped sweep and follow it',
    (command) => command,
    async (context, _options, [name]) => {
      const client = await connectEngine({ workspace: context.workspace })
      const sweepId = await closingOnError(client, async () => {
        await noteOlderBuildOf(context, client)
        return findSweep(client, name!)
      })
      const found = (await client.call('sweeps.list', {})).find((summary) => summary.id === sweepId)
      const opened = await closingOnError(client, () =>
        holdingInterrupts(async () => {
          await resumeRuns(client, sweepId)
          return { sweepId, runIds: found?.runIds ?? [] }
        }),
      )
      await followToTheEnd(context, client, opened)
    },
  )

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

  defineCommand(
    sweep,
    'show <sweep>',
    'a sweep’s results and its verdict',
    (command) => command,
    async (context, _options, [name]) => {
      const { sweepId, runs } = await withEngine(context, async (client) => {
        const found = await findSweep(client, name!)
        return { sweepId: found, runs: await runsOfSweep(client, found) }
      })
      context.output.value({ runs, verdicts: verdictOf(runs) })
      if (!context.output.json) context.output.text(outcomeWithHint(context, sweepId, runs))
    },
  )

  registerSweepRemoval(sweep)
  registerMoreSeeds(sweep)

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

async function followToTheEnd(context: Context, client: EngineClient, opened: OpenedSweep): Promise<void> {
  const runs = await followSweep(context, client, opened)
  context.output.value({ type: 'sweep', sweepId: opened.sweepId, runs, verdicts: verdictOf(runs) })
  context.output.text(`\n${outcomeWithHint(context, opened.sweepId, runs)}`)
  const exitCode = outcomeExitCode(runs)
  if (exitCode !== 0) throw new CommandEnd(exitCode)
}

function outcomeWithHint(context: Context, sweepId: number, runs: readonly RunSummary[]): string {
  const hint = moreSeedsHint(context, sweepId, runs)
  return hint ? `${outcomeText(runs)}\n${hint}` : outcomeText(runs)
}

/** Where no speed is known yet, it is measured first. */
async function planWithForecast(context: Context, client: EngineClient, input: CallInput<'sweeps.plan'>): Promise<SweepPlan> {
  const plan = await client.call('sweeps.plan', input)
  if (plan.forecastMs !== null) return plan
  context.output.note('Measuring the speed of this machine, once.')
  return (await client.call('engine.measure', {})).measured ? client.call('sweeps.plan', input) : plan
}

function planText(plan: SweepPlan): string {
  const rows = plan.runs.map((run) => [
    run.name,
    String(run.layers),
    formatInteger(run.parameterCount),
    formatCount(run.multiplyAdds),
    formatBytes(run.memoryBytes),
    String(run.totalEpochs),
    formatInteger(run.totalSteps),
    run.reusesRunId === null ? formatSpread(run.forecastMs, run.forecastSpreadMs) : `done, run ${run.reusesRunId}`,
  ])
  const left = plan.runs.filter((run) => run.reusesRunId === null).length
  const time =
    plan.forecastMs === null
      ? 'no forecast: the speed of this machine could not be measured'
      : left === 0
        ? 'nothing is left to train'
        : `${formatSpread(plan.forecastMs, plan.forecastSpreadMs)}${plan.finish ? `, done ${formatFinish(plan.finish)} if queued now` : ''}`
  return [
    table(
      [
        { title: 'run' },
        { title: 'layers', align: 'right' },
        { title: 'parameters', align: 'right' },
        { title: 'multiply-adds', align: 'right' },
        { title: 'memory', align: 'right' },
        { title: 'epochs', align: 'right' },
        { title: 'steps', align: 'right' },
        { title: 'forecast', align: 'right' },
      ],
      rows,
    ),
    `${plan.runs.length} ${plan.runs.length === 1 ? 'run' : 'runs'}, ${plan.runs.length - left} already finished; ${time}; up to ${formatBytes(plan.memoryBytes)} of memory at once`,
  ].join('\n\n')
}

/** Names the run that asks for more memory than there is at all. A GPU has memory of its own, of which nothing is known. */
function tooLargeText(plan: SweepPlan, { settings, hardware }: EngineSettingsReply): string | null {
  if (hardware.gpus.length > 0 && settings.device !== 'cpu') return null
  const [largest] = plan.runs.filter((run) => run.reusesRunId === null).sort((a, b) => b.memoryBytes - a.memoryBytes)
  if (!largest || largest.memoryBytes <= hardware.memoryBytes) return null
  return `${largest.name} needs about ${formatBytes(largest.memoryBytes)} while it trains, and only ${formatBytes(hardware.memoryBytes)} may be used here: the system would end it. A smaller batch needs less, such as --set batchSize=32.`
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
