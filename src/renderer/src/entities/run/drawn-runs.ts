import type { RunSummary } from '../../../../common/records/records.ts'

/** Ticked at once; more can be ticked by hand. */
const mostAtOnce = 24

/** Whether a run has trained at all: it may have a curve. */
export function hasStarted(run: RunSummary): boolean {
  return run.startedAt !== null
}

/** Of a long sweep what trains comes first, then what has a curve, then what will have one. */
export function firstChoice(runs: readonly RunSummary[]): Set<number> {
  const rank = (run: RunSummary): number => (run.state === 'running' ? 0 : hasStarted(run) ? 1 : 2)
  return new Set(
    [...runs]
      .sort((a, b) => rank(a) - rank(b))
      .slice(0, mostAtOnce)
      .map((run) => run.id),
  )
}

/** Runs that begin to train are drawn too; beyond the number that can be told apart they take the place of those that ended first. */
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
