import { messageOf } from '../../common/caught.ts'
import { assessDegradation } from '../../common/analysis/degradation.ts'
import { groupByExperiment } from '../../common/analysis/experiment.ts'
import type { EngineClient } from '../../common/rpc/contract.ts'
import type { RunSummary } from '../../common/records/records.ts'
import { shellWord } from '../../common/shell-word.ts'
import { connectEngine } from '../client/client.ts'
import type { Context } from './command.ts'
import { CommandEnd, exitCodes } from './exit-codes.ts'
import { printable } from './format.ts'
import type { HeldInterrupts } from './held-interrupts.ts'
import { onOutputLost } from './lost-output.ts'
import { createProgressView, type ProgressView } from './progress-view.ts'
import { RunFollower } from './run-follower.ts'
import { runTable } from './run-state.ts'
import { verdictText } from './verdict-text.ts'

/** A sweep that was queued or found in the queue. */
export interface OpenedSweep {
  readonly sweepId: number
  readonly runIds: readonly number[]
  /** A signal that came while the engine queued it stops it as one that comes later. */
  readonly interrupts: HeldInterrupts
}

/**
 * Watches a sweep's runs to their end. Ctrl-C (or SIGTERM) asks the engine to save and pause them and says how to go on;
 * a second one does not wait for that.
 * @param client closed in the end
 * @throws CommandEnd interrupted or terminated
 */
export async function followSweep(
  context: Context,
  client: EngineClient,
  { sweepId, runIds, interrupts: held }: OpenedSweep,
): Promise<RunSummary[]> {
  const view = createProgressView(context.output)
  const follower = new RunFollower(client, () => connectEngine({ workspace: context.workspace }), runIds, view.listener)
  const interrupts = handleInterrupts(context, follower, view, sweepId, held)
  const stopHearing = onOutputLost(() => {
    if (interrupts.exitCode === null)
      context.output.note('Nobody takes the output any more. The sweep is followed without it; Ctrl-C saves and stops it.')
  })
  try {
    view.start(follower)
    await follower.follow()
  } catch (error) {
    if (interrupts.exitCode === null) throw error
    context.output.note(messageOf(error))
  } finally {
    stopHearing()
    interrupts.remove()
    view.stop()
  }
  if (interrupts.exitCode !== null) {
    context.output.note(`Stopped; nothing is lost. Go on with: ${resumeCommand(context, sweepId)}`)
    throw new CommandEnd(interrupts.exitCode)
  }
  return follower.ordered
}

/** Computes the verdict on each experiment among the runs, with its words. */
export function verdictOf(runs: readonly RunSummary[]) {
  return groupByExperiment(runs).map((experiment) => ({ experiment: experiment.label, ...assessDegradation(experiment.runs) }))
}

/** Writes the table of runs, then for each experiment the answer in one line, its numbers, and what they mean. */
export function outcomeText(runs: readonly RunSummary[]): string {
  const verdicts = verdictOf(runs)
  return [
    runTable(runs),
    ...verdicts.flatMap((verdict) => [...(verdicts.length > 1 ? [`${printable(verdict.experiment)}:`] : []), verdictText(verdict)]),
  ].join('\n\n')
}

/** Chooses the exit code of a command whose runs have all ended or paused. */
export function outcomeExitCode(runs: readonly RunSummary[]): number {
  return runs.every((run) => run.state === 'finished') ? exitCodes.ok : exitCodes.badOutcome
}

function resumeCommand(context: Context, sweepId: number): string {
  const workspace = context.defaultWorkspace ? '' : ` --workspace ${shellWord(context.workspace)}`
  return `npx skiplab sweep resume ${sweepId}${workspace}`
}

function handleInterrupts(
  context: Context,
  follower: RunFollower,
  view: ProgressView,
  sweepId: number,
  held: HeldInterrupts,
): { exitCode: number | null; remove(): void } {
  const state: { exitCode: number | null; remove(): void } = { exitCode: null, remove: () => undefined }
  let times = 0
  const stopCleanly = async () => {
    // Before anything is said: whatever becomes of the output, the runs are paused.
    const paused = follower.pause()
    view.remark('Stopping: running runs save a checkpoint first. Ctrl-C once more stops at once.')
    await paused
  }
  const stopNow = async () => {
    const others = follower.status?.running.some((progress) => !follower.runIds.includes(progress.runId)) ?? false
    // Another sweep's runs in the same engine must not be killed for this one's sake.
    if (!others) await Promise.race([follower.client.call('engine.stop', { mode: 'now' }), new Promise((done) => setTimeout(done, 2000))])
    follower.stop()
  }
  const onSignal = (signal: NodeJS.Signals) => {
    times += 1
    state.exitCode = signal === 'SIGINT' ? exitCodes.interrupted : exitCodes.terminated
    const action = times === 1 ? stopCleanly() : stopNow()
    action.catch(() => follower.stop())
    if (times > 2) {
      view.stop()
      context.output.note(`Go on with: ${resumeCommand(context, sweepId)}`)
      process.exit(state.exitCode)
    }
  }
  state.remove = () => {
    process.removeListener('SIGINT', onSignal)
    process.removeListener('SIGTERM', onSignal)
  }
  held.handOver(onSignal)
  return state
}
