import type { EngineClient } from '../../common/rpc/contract.ts'
import type { RunSummary, SweepSummary } from '../../common/records/records.ts'
import type { Sweep } from '../../common/sweep/sweep.ts'
import type { Context } from './command.ts'
import type { OpenedSweep } from './follow-sweep.ts'
import { printable } from './format.ts'
import { HeldInterrupts } from './held-interrupts.ts'
import { noteOlderBuildOf } from './older-build.ts'
import { requireDataset } from './require-dataset.ts'
import { queueWithNote } from './too-large.ts'

interface QueueOptions {
  readonly again?: boolean
  readonly place?: string
}

/** How a sweep is queued. */
export function choices({ again, place }: QueueOptions): { again: boolean; place: string | null } {
  return { again: again === true, place: place ?? null }
}

/** Queues a sweep, or finds the same one, stopped before its end, and resumes it. */
export async function openSweep(context: Context, client: EngineClient, wanted: Sweep, options: QueueOptions): Promise<OpenedSweep> {
  return closingOnError(client, async () => {
    await noteOlderBuildOf(context, client)
    await requireDataset(context, client, wanted.dataset)
    const open = options.again ? null : await findStopped(client, wanted)
    // A Ctrl-C while the engine queues them would leave runs behind that train unseen.
    return holdingInterrupts(() => (open ? goOn(context, client, open) : queue(context, client, wanted, options)))
  })
}

/** Holds signals during `work` and afterwards, until the sweep is followed. */
export async function holdingInterrupts<T>(work: () => Promise<T>): Promise<T & { interrupts: HeldInterrupts }> {
  const interrupts = new HeldInterrupts()
  try {
    return { ...(await work()), interrupts }
  } catch (error) {
    interrupts.drop()
    throw error
  }
}

async function goOn(context: Context, client: EngineClient, sweep: SweepSummary) {
  const { paused } = await client.call('engine.status', {})
  context.output.text(foundText(sweep, paused))
  await resumeRuns(client, sweep.id)
  return { sweepId: sweep.id, runIds: sweep.runIds }
}

async function queue(context: Context, client: EngineClient, sweep: Sweep, options: QueueOptions) {
  const queued = await queueWithNote(context, client, { sweep, ...choices(options) })
  context.output.text(queuedText(sweep.name, queued.sweepId, queued.runIds.length, queued.reusedRunIds.length))
  return queued
}

/**
 * The newest sweep of that name with the same runs, some of which are still to be done and none of which was finished in another
 * precision.
 */
async function findStopped(client: EngineClient, wanted: Sweep): Promise<SweepSummary | null> {
  const sameName = (await client.call('sweeps.list', {})).filter((sweep) => sweep.name === wanted.name).sort((a, b) => b.id - a.id)
  const open = sameName.find((sweep) =>
    ['waiting', 'paused', 'running', 'interrupted'].some((state) =>
      Object.entries(sweep.states).some(([name, count]) => name === state && count > 0),
    ),
  )
  if (!open) return null
  const plan = await client.call('sweeps.plan', { sweep: wanted })
  const planned = new Map(plan.runs.map((run) => [run.settingsHash, run]))
  const runs = await Promise.all(open.runIds.map((runId) => client.call('runs.get', { runId })))
  const same = (run: RunSummary) =>
    planned.has(run.settingsHash) && (run.state !== 'finished' || planned.get(run.settingsHash)?.reusesRunId !== null)
  return runs.length === planned.size && runs.every(same) ? open : null
}

export async function resumeRuns(client: EngineClient, sweepId: number): Promise<void> {
  await client.call('queue.resume', { selection: { sweepId } })
  // A paused queue would leave the follower waiting for ever.
  if ((await client.call('engine.status', {})).paused) await client.call('queue.resume', {})
}

/** Closes the client when something goes wrong before it is handed on. */
export async function closingOnError<T>(client: EngineClient, use: () => Promise<T>): Promise<T> {
  try {
    return await use()
  } catch (error) {
    client.close()
    throw error
  }
}

/** Says that the same sweep exists: it may be followed in another terminal, or have been queued and left. */
export function foundText({ id, name, states }: Pick<SweepSummary, 'id' | 'name' | 'states'>, queuePaused: boolean): string {
  const count = (...names: (keyof SweepSummary['states'])[]) => names.reduce((sum, each) => sum + (states[each] ?? 0), 0)
  const sweep = `sweep ${id} "${printable(name)}"`
  if (queuePaused || count('paused', 'interrupted') > 0) return `Going on with ${sweep}, which was stopped before its end.`
  const parts = [
    [count('running'), 'training'],
    [count('waiting'), 'waiting'],
  ] as const
  const what = parts
    .filter(([runs]) => runs > 0)
    .map(([runs, doing]) => `${runs} ${doing}`)
    .join(', ')
  return `Following ${sweep}, which is in the queue already (${what}); --again queues it once more.`
}

export function queuedText(name: string, sweepId: number, runs: number, reused: number): string {
  const left = runs - reused
  const already = reused > 0 ? `, ${reused} already trained with the same settings (--again trains them anew)` : ''
  return `Sweep ${sweepId} "${printable(name)}": ${left} ${left === 1 ? 'run' : 'runs'} queued${already}.`
}
