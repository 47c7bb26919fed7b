import type { Command } from 'commander'
import type { CallInput, EngineClient } from '../../common/rpc/contract.ts'
import { enlargedWords } from '../../common/data/streaming.ts'
import { labelOf } from '../../common/network/design.ts'
import { deviationsFromPaper } from '../../common/paper/deviations.ts'
import type { PropagationReport } from '../../common/propagation/propagation.ts'
import type { SweepPlan } from '../../common/records/records.ts'
import { defineCommand, type Context } from './command.ts'
import { withEngine } from './connect.ts'
import { formatBytes, formatCount, formatFinish, formatInteger, formatSpread, printable } from './format.ts'
import { checkPropagation, propagationLines, propagationValue } from './propagation.ts'
import { choices } from './open-sweep.ts'
import { requireDataset } from './require-dataset.ts'
import { addSweepInputs, sweepFromOptions, type SweepOptions } from './sweep-options.ts'
import { table } from './table.ts'
import { noteTooLarge } from './too-large.ts'

interface PlanOptions extends SweepOptions {
  readonly propagation?: boolean
}

/** Registers `sweep plan`. */
export function registerSweepPlan(sweep: Command): void {
  defineCommand<PlanOptions>(
    sweep,
    'plan',
    'what a sweep would do: runs, sizes, memory, forecast time',
    (command) =>
      addSweepInputs(command).option('--propagation', 'send images through each network and say whether it will train; seconds for each'),
    async (context, options, [file]) => {
      const wanted = sweepFromOptions(file, options)
      const { plan, checked } = await withEngine(context, async (client) => {
        await requireDataset(context, client, wanted.dataset)
        const planned = await planWithForecast(context, client, { sweep: wanted, ...choices(options) })
        return { plan: planned, checked: options.propagation ? await checkNetworks(context, client, planned) : null }
      })
      const propagation = checked && Object.fromEntries(checked.map(([name, report]) => [name, propagationValue(report)]))
      const deviations = deviationsOf(plan)
      context.output.value({ ...plan, deviations, ...(propagation && { propagation }) })
      if (!context.output.json) context.output.text(checked ? `${planText(plan)}\n\n${propagationLines(checked)}` : planText(plan))
      noteTooLarge(context, plan)
      if (plan.enlarged) context.output.note(enlargedWords(plan.enlarged, (side) => `--set imageSize=${side}`))
    },
  )
}

/** Makes the plan; where no speed is known yet, it is measured first. */
async function planWithForecast(context: Context, client: EngineClient, input: CallInput<'sweeps.plan'>): Promise<SweepPlan> {
  const plan = await client.call('sweeps.plan', input)
  if (plan.forecastMs !== null) return plan
  context.output.note('Measuring the speed of this machine, once.')
  return (await client.call('engine.measure', {})).measured ? client.call('sweeps.plan', input) : plan
}

/** Looks at each network of a plan once, with its first seed. Weights that runs start from are not looked at. */
async function checkNetworks(context: Context, client: EngineClient, { runs }: SweepPlan): Promise<[string, PropagationReport][]> {
  const checked = new Map<string, PropagationReport>()
  for (const { settings } of runs) {
    const { network, recipe, seed, dataset } = settings
    const name = labelOf(network)
    if (!checked.has(name)) checked.set(name, await checkPropagation(context, client, { network, recipe, seed, dataset: dataset.name }))
  }
  return [...checked]
}

/** In what the runs of a plan differ from the paper's, in words. */
function deviationsOf({ runs }: SweepPlan): string[] {
  return deviationsFromPaper(runs.map(({ settings }) => settings)).map(({ words }) => words)
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
  const start = plan.runs[0]?.settings.initialWeights
  const deviations = deviationsOf(plan)
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
    [
      `${plan.runs.length} ${plan.runs.length === 1 ? 'run' : 'runs'}, ${plan.runs.length - left} already finished`,
      time,
      `up to ${formatBytes(plan.memoryBytes)} of memory at once`,
    ].join('; '),
    printable(deviations.length > 0 ? `Unlike the paper: ${deviations.join('; ')}.` : 'Recipe, data and networks are the paper’s.'),
    ...(start ? [`All start from weights of ${printable(start.name)}.`] : []),
  ].join('\n\n')
}
