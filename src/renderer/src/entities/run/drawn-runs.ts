import type { RunSummary } from '../../../../common/records/records.ts'

/** Most runs that are ticked at first; more can be ticked by hand. */
const mostAtOnce = 24

/** Tells whether a run has trained at all, so that it may have a curve. */
export function hasStarted(run: RunSummary): boolean {
  return run.startedAt !== null
}

/** Chooses which runs of a long sweep are drawn at first: those that train, then those with a curve, then those that will have one. */
export function firstChoice(runs: readonly RunSummary[]): Set<number> {
  const rank = (run: RunSummary): number => (run.state === 'running' ? 0 : hasStarted(run) ? 1 : 2)
  return new Set(
    [...runs]
      .sort((a, b) => rank(a) - rank(b))
      .slice(0, mostAtOnce)
      .map((run) => run.id),
  )
}

/** Adds runs that begin to train to those that are drawn; beyond the number that can be told apart they replace those that ended first. */
export function withBegun(chosen: ReadonlySet<number>, begun: readonly number[], runs: readonly RunSummary[]): Set<number> {
  const next = new Set([...chosen, ...begun])
  const ended = runs
    .filter((run) => next.has(run.id) && run.finishedAt !== null && run.state !== 'running')
    .sort((a, b) => a.finishedAt! - b.finishedAt!)
  const waiting = runs.filter((run) => next.has(run.id) && !hasStarted(run)).reverse()
  for (const run of [...waiting, ...ended]) {
    if (next.size <= Math.max(mostAtOnce, chosen.size)) break
    if (!begun.includes(run.id)) next.delete(run.id)
  }
  return next
}
