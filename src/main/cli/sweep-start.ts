import type { Command } from 'commander'
import type { EngineClient } from '../../common/rpc/contract.ts'
import { connectEngine } from '../client/client.ts'
import { defineCommand, type Context } from './command.ts'
import { withEngine } from './connect.ts'
import { CommandEnd } from './exit-codes.ts'
import { followSweep, outcomeExitCode, verdictOf, type OpenedSweep } from './follow-sweep.ts'
import { outcomeWithHint } from './more-seeds.ts'
import { noteOlderBuildOf } from './older-build.ts'
import { choices, closingOnError, holdingInterrupts, openSweep, queuedText, resumeRuns } from './open-sweep.ts'
import { findSweep } from './run-filter.ts'
import { requireDataset } from './require-dataset.ts'
import { queueWithNote } from './too-large.ts'
import { addSweepInputs, sweepFromOptions, type SweepOptions } from './sweep-options.ts'

/** Registers `sweep run`, `sweep queue` and `sweep resume`. */
export function registerSweepStart(sweep: Command): void {
  defineCommand<SweepOptions>(
    sweep,
    'run',
    'queue a sweep and follow it to its end; Ctrl-C saves and stops it',
    addSweepInputs,
    async (context, options, [file]) => {
      const wanted = sweepFromOptions(file, options)
      const client = await connectEngine({ workspace: context.workspace })
      const queued = await openSweep(context, client, wanted, options)
      await followToTheEnd(context, client, queued)
    },
  )

  defineCommand<SweepOptions>(
    sweep,
    'queue',
    'queue a sweep and return; the engine trains in the background',
    addSweepInputs,
    async (context, options, [file]) => {
      const wanted = sweepFromOptions(file, options)
      const queued = await withEngine(context, async (client) => {
        await noteOlderBuildOf(context, client)
        await requireDataset(context, client, wanted.dataset)
        return queueWithNote(context, client, { sweep: wanted, ...choices(options) })
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
}

async function followToTheEnd(context: Context, client: EngineClient, opened: OpenedSweep): Promise<void> {
  const runs = await followSweep(context, client, opened)
  context.output.value({ type: 'sweep', sweepId: opened.sweepId, runs, verdicts: verdictOf(runs) })
  context.output.text(`\n${outcomeWithHint(context, opened.sweepId, runs)}`)
  const exitCode = outcomeExitCode(runs)
  if (exitCode !== 0) throw new CommandEnd(exitCode)
}
