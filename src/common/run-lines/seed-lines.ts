import { withoutRepetitions } from '../analysis/experiment.ts'
import { groupBySeed } from '../analysis/seed-groups.ts'
import type { RunSummary } from '../records/records.ts'
import { depthOf, variantOf } from './run-labels.ts'

/** Counts the finished seeds behind each line that is a mean; empty when all lines are of single runs. */
export function seedCounts(runs: readonly RunSummary[]): number[] {
  return meanMembers(runs).map((members) => members.length)
}

/** Groups finished runs that differ in nothing but their seed; a run that still trains keeps a line of its own. */
function meanMembers(runs: readonly RunSummary[]): (readonly RunSummary[])[] {
  return groupBySeed(withoutRepetitions(runs.filter((run) => run.state === 'finished')))
    .map((group) => group.runs)
    .filter((members) => members.length > 1)
}

/** Lists the runs behind each line, in the order of the lines. */
export function seedLines<S extends { readonly run: RunSummary }>(sources: readonly S[], ofSeeds: boolean): (readonly S[])[] {
  if (!ofSeeds) return sources.map((source) => [source])
  const byId = new Map(sources.map((source) => [source.run.id, source]))
  const means = meanMembers(sources.map(({ run }) => run)).map((members) => members.flatMap((run) => byId.get(run.id) ?? []))
  const meanOf = new Map(means.flatMap((members) => members.map((source) => [source.run.id, members] as const)))
  return [...new Set(sources.map((source) => meanOf.get(source.run.id) ?? [source]))]
}

/** Splits runs into panels by family and shortcut, so that colour can mean depth alone. */
export function facets(runs: readonly RunSummary[]): { name: string; runs: RunSummary[] }[] {
  const groups = new Map<string, RunSummary[]>()
  for (const run of runs) {
    const name = variantOf(run)
    groups.set(name, [...(groups.get(name) ?? []), run])
  }
  return [...groups]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, members]) => ({ name, runs: members.sort((a, b) => depthOf(a) - depthOf(b) || a.settings.seed - b.settings.seed) }))
}
