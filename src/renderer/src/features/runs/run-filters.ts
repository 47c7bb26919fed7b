import { depthOf } from '../../../../common/network/design.ts'
import type { RunSummary, SweepSummary } from '../../../../common/records/records.ts'

export const facetKeys = ['state', 'family', 'depth', 'dataset', 'recipe', 'tag', 'sweep'] as const
export type FacetKey = (typeof facetKeys)[number]

export const facetTitles: Readonly<Record<FacetKey, string>> = {
  state: 'State',
  family: 'Family',
  depth: 'Layers',
  dataset: 'Data set',
  recipe: 'Recipe',
  tag: 'Tag',
  sweep: 'Sweep',
}

export interface RunFilters {
  readonly search: string
  /** Values of which a run must have one; a facet that is absent takes all. */
  readonly picks: Partial<Readonly<Record<FacetKey, ReadonlySet<string>>>>
  readonly starred: boolean
  /** Archived runs alone; otherwise they are left out. */
  readonly archived: boolean
}

/** Lists the sweeps of each run: a reused run belongs to several. */
export function sweepsByRun(sweeps: readonly SweepSummary[]): ReadonlyMap<number, readonly string[]> {
  const found = new Map<number, string[]>()
  for (const { id, runIds } of sweeps) for (const runId of runIds) found.set(runId, [...(found.get(runId) ?? []), String(id)])
  return found
}

type SweepsOf = ReadonlyMap<number, readonly string[]>
const none: readonly string[] = []

const values: Readonly<Record<FacetKey, (run: RunSummary, sweeps: SweepsOf) => readonly string[]>> = {
  state: (run) => [run.state],
  family: (run) => [run.settings.network.family],
  depth: (run) => [String(depthOf(run.settings.network))],
  dataset: (run) => [run.settings.dataset.name],
  recipe: (run) => [run.settings.recipe.name],
  tag: (run) => run.tags,
  sweep: (run, sweeps) => sweeps.get(run.id) ?? none,
}

export function filterRuns(runs: readonly RunSummary[], { search, picks, starred, archived }: RunFilters, sweeps: SweepsOf): RunSummary[] {
  const words = search.toLowerCase().split(/\s+/).filter(Boolean)
  const active = facetKeys.flatMap((key) => {
    const wanted = picks[key]
    return wanted?.size ? [{ of: values[key], wanted }] : []
  })
  return runs.filter((run) => {
    if (run.archived !== archived || (starred && !run.starred)) return false
    for (const { of, wanted } of active) if (!of(run, sweeps).some((value) => wanted.has(value))) return false
    if (!words.length) return true
    const text = searchText(run)
    return words.every((word) => text.includes(word))
  })
}

/** Lists the values of a facet, with the number of runs that have each. */
export function facetOptions(runs: readonly RunSummary[], key: FacetKey, sweeps: SweepsOf): { value: string; count: number }[] {
  const counts = new Map<string, number>()
  for (const run of runs) for (const value of values[key](run, sweeps)) counts.set(value, (counts.get(value) ?? 0) + 1)
  const order =
    key === 'sweep'
      ? (a: string, b: string) => Number(b) - Number(a)
      : (a: string, b: string) => a.localeCompare(b, 'en', { numeric: true })
  return [...counts].map(([value, count]) => ({ value, count })).sort((a, b) => order(a.value, b.value))
}

/** Caches search texts by run: a changed run is another object, so that a text is never stale. */
const texts = new WeakMap<RunSummary, string>()

function searchText(run: RunSummary): string {
  const known = texts.get(run)
  if (known !== undefined) return known
  const { dataset, recipe } = run.settings
  const text = [run.name, run.sweepName ?? '', dataset.name, recipe.name, ...run.tags, run.notes].join('\n').toLowerCase()
  texts.set(run, text)
  return text
}
