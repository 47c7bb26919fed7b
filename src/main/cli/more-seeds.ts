import type { Command } from 'commander'
import { assessDegradation } from '../../common/analysis/degradation.ts'
import { groupByExperiment } from '../../common/analysis/experiment.ts'
import type { EngineClient } from '../../common/rpc/contract.ts'
import type { RunSummary } from '../../common/records/records.ts'
import { SkiplabError } from '../../common/failure.ts'
import { shellWord } from '../../common/shell-word.ts'
import { type MoreSeeds, moreSeeds } from '../../common/analysis/more-seeds.ts'
import { defineCommand, type Context } from './command.ts'
import { withEngine } from './connect.ts'
import { outcomeText } from './follow-sweep.ts'
import { queuedText } from './open-sweep.ts'
import { queueWithNote } from './too-large.ts'
import { findSweep } from './run-filter.ts'
import { integer } from './values.ts'

/** Most seeds that a sweep file may have. */
const mostSeeds = 1000

interface MoreSeedsOptions {
  readonly seeds?: number
}

export function registerMoreSeeds(sweep: Command): void {
  const configure = (command: Command) =>
    command.option(
      '--seeds <count>',
      'seeds that each network should have (default: as many as the verdict asks for)',
      integer('a number of seeds', 1, mostSeeds),
    )
  defineCommand<MoreSeedsOptions>(
    sweep,
    'more-seeds <sweep>',
    'queue further seeds of a sweep’s networks, until its verdict can tell',
    configure,
    async (context, { seeds }, [name]) => {
      const queued = await withEngine(context, async (client) => {
        const extensions = extensionsOf(await runsOfSweep(client, await findSweep(client, name!)), seeds ?? null)
        if (extensions.length === 0) throw new SkiplabError('conflict', nothingToAdd(name!, seeds))
        const all = []
        for (const { sweep: wanted } of extensions)
          all.push({ name: wanted.name, ...(await queueWithNote(context, client, { sweep: wanted, again: false })) })
        return all
      })
      context.output.value(queued)
      if (!context.output.json)
        for (const each of queued)
          context.output.text(
            `${queuedText(each.name, each.sweepId, each.runIds.length, each.reusedRunIds.length)} Watch them with: npx skiplab watch`,
          )
    },
  )
}

/** Writes the command that queues the seeds which a sweep's verdict lacks; null where it lacks none. */
export function moreSeedsHint(
  context: Pick<Context, 'workspace' | 'defaultWorkspace'>,
  sweepId: number,
  runs: readonly RunSummary[],
): string | null {
  const newRuns = extensionsOf(runs, null).reduce((sum, extension) => sum + extension.newRuns, 0)
  if (newRuns === 0) return null
  const workspace = context.defaultWorkspace ? '' : ` --workspace ${shellWord(context.workspace)}`
  return `More seeds (${newRuns} ${newRuns === 1 ? 'run' : 'runs'}): npx skiplab sweep more-seeds ${sweepId}${workspace}`
}

/** Writes what a sweep found, and below it how to queue the seeds that its verdict lacks. */
export function outcomeWithHint(context: Context, sweepId: number, runs: readonly RunSummary[]): string {
  const hint = moreSeedsHint(context, sweepId, runs)
  return hint ? `${outcomeText(runs)}\n${hint}` : outcomeText(runs)
}

export async function runsOfSweep(client: EngineClient, sweepId: number): Promise<RunSummary[]> {
  const summary = (await client.call('sweeps.list', {})).find((each) => each.id === sweepId)
  return Promise.all((summary?.runIds ?? []).map((runId) => client.call('runs.get', { runId })))
}

/** @param seeds of each network; null: as many as the verdict asks for */
function extensionsOf(runs: readonly RunSummary[], seeds: number | null): MoreSeeds[] {
  return groupByExperiment(runs).flatMap((experiment) => {
    const wanted = seeds ?? assessDegradation(experiment.runs).seedsWanted
    const extension = wanted === null ? null : moreSeeds(experiment.runs, wanted)
    return extension && extension.newRuns > 0 ? [extension] : []
  })
}

function nothingToAdd(name: string, seeds: number | undefined): string {
  return seeds === undefined
    ? `The verdict of sweep ${name} asks for no more seeds. Choose a number with --seeds.`
    : `Every network of sweep ${name} has ${seeds} finished ${seeds === 1 ? 'seed' : 'seeds'} already. Choose a larger number with --seeds.`
}
