import type { Command } from 'commander'
import { connectEngine } from '../client/client.ts'
import { defineCommand } from './command.ts'
import { closingOnError } from './open-sweep.ts'
import { CommandEnd, exitCodes } from './exit-codes.ts'
import { outcomeExitCode } from './follow-sweep.ts'
import { onOutputLost } from './lost-output.ts'
import { createProgressView } from './progress-view.ts'
import { RunFollower } from './run-follower.ts'
import { isResting, runTable } from './run-state.ts'
import { integer } from './values.ts'

export function registerWatch(program: Command): void {
  const runs = (command: Command) => command.argument('[runs...]', 'numbers of runs (default: all that run or wait)')
  defineCommand(program, 'watch', 'follow runs until they end; Ctrl-C leaves them running', runs, async (context, _options, args) => {
    const named = args.map(integer('the number of a run', 1, Number.MAX_SAFE_INTEGER))
    const client = await connectEngine({ workspace: context.workspace })
    const queued =
      named.length > 0 ? [] : (await closingOnError(client, () => client.call('queue.list', {}))).filter((run) => !isResting(run))
    const runIds = named.length > 0 ? named : queued.map((run) => run.id)
    if (runIds.length === 0) {
      client.close()
      context.output.value({ type: 'end', runs: [] })
      context.output.text('Nothing runs or waits.')
      return
    }
    const view = createProgressView(context.output)
    const follower = new RunFollower(client, () => connectEngine({ workspace: context.workspace }), runIds, view.listener)
    const left: { exitCode: number | null } = { exitCode: null }
    const leave = (exitCode: number) => {
      left.exitCode ??= exitCode
      follower.stop()
    }
    const interrupt = () => leave(exitCodes.interrupted)
    process.on('SIGINT', interrupt)
    const stopHearing = onOutputLost(() => leave(exitCodes.readerGone))
    try {
      view.start(follower)
      await follower.follow()
    } finally {
      stopHearing()
      process.removeListener('SIGINT', interrupt)
      view.stop()
    }
    if (left.exitCode !== null) {
      context.output.note('The runs go on in the background. Stop them with: npx skiplab queue pause --all')
      throw new CommandEnd(left.exitCode)
    }
    context.output.value({ type: 'end', runs: follower.ordered })
    context.output.text(runTable(follower.ordered))
    const outcome = outcomeExitCode(follower.ordered)
    if (outcome !== 0) throw new CommandEnd(outcome)
  })
}
