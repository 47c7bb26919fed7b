import type { Command } from 'commander'
import { connectEngine } from '../client/client.ts'
import { defineCommand } from './command.ts'
import { closingOnError } from './open-sweep.ts'
import { CommandEnd, exitCodes } from './exit-codes.ts'
import { outcomeExitCode } from './follow-sweep.ts'
import { createProgressView } from './progress-view.ts'
import { RunFollower } from './run-follower.ts'
import { isResting, runTable } from './run-state.ts'
import { integer } from './values.ts'

export function registerWatch(program: Command): void {
  const runs = (command: Command) => command.argument('[runs...]', 'numbers of runs (default: all that run or wait)')
  defineCommand(program, 'watch', 'follow runs until they end; Ctrl-C leaves them running', runs, async (context, _options, args) => {
    const named = args.map(integer('the number of a run', 1, Number.MAX_SAFE_INTEGER))
    const client = await connectEngine({ workspace: context.workspace })
    const queued = named.length > 0 ? [] : (await closingOnError(client, () => client.call('queue.list', {}))).filter((run) => !isResting(run))
    const runIds = named.length > 0 ? named : queued.map((run) => run.id)
    if (runIds.length === 0) {
      client.close()
      context.output.value({ type: 'end', runs: [] })
      context.output.text('Nothing runs or waits.')
      return
    }
    const view = createProgressView(context.output)
    const follower = new RunFollower(client, () => connectEngine({ workspace: context.workspace }), runIds, view.listener)
    let left = false
    const leave = () => {
      left = true
      follower.stop()
    }
    process.on('SIGINT', leave)
    try {
      view.start(follower)
      await follower.follow()
    } finally {
      process.removeListener('SIGINT', leave)
      view.stop()
    }
    if (left) {
      context.output.note('The runs go on in the background. Stop them with: npx skiplab queue pause --all')
      throw new CommandEnd(exitCodes.interrupted)
    }
    context.output.value({ type: 'end', runs: follower.ordered })
    context.output.text(runTable(follower.ordered))
    const exitCode = outcomeExitCode(follower.ordered)
    if (exitCode !== 0) throw new CommandEnd(exitCode)
  })
}
