import { groupBySeed, type SeedGroup } from '../../../../common/analysis/seed-groups.ts'
import type { RunSummary } from '../../../../common/records/records.ts'
import type { Column } from './columns.ts'

export type RunGroup = SeedGroup<RunSummary>

/** A line of the table. `inner`: a run of the open group above it. */
export type Row =
  | { readonly kind: 'run'; readonly key: string; readonly run: RunSummary; readonly inner: boolean }
  | { readonly kind: 'group'; readonly key: string; readonly group: RunGroup }

export function sortRuns(runs: readonly RunSummary[], column: Column, descending: boolean): RunSummary[] {
  return sortBy(runs, column.value, (run) => run.id, descending)
}

/** Makes a row for every run, in the column's order. */
export function plainRows(runs: readonly RunSummary[], column: Column, descending: boolean): Row[] {
  return sortRuns(runs, column, descending).map((run) => runRow(run, false))
}

/** Groups runs that differ in nothing but their seed under one row, in the order of the groups' values; a run alone is its own row. */
export function groupedRows(runs: readonly RunSummary[], column: Column, descending: boolean, open: ReadonlySet<string>): Row[] {
  const groups = sortBy(
    groupBySeed(runs),
    (group) => column.groupValue(group.runs),
    (group) => group.runs[0]!.id,
    descending,
  )
  return groups.flatMap((group): Row[] => {
    if (group.runs.length === 1) return [runRow(group.runs[0]!, false)]
    const head: Row = { kind: 'group', key: group.key, group }
    return open.has(group.key) ? [head, ...sortRuns(group.runs, column, descending).map((run) => runRow(run, true))] : [head]
  })
}

/** Lists each run of the table once, in its order, also those of closed groups. */
export function runsInOrder(rows: readonly Row[], column: Column, descending: boolean): RunSummary[] {
  return rows.flatMap((row) => (row.kind === 'group' ? sortRuns(row.group.runs, column, descending) : row.inner ? [] : [row.run]))
}

export function runsOf(row: Row): readonly RunSummary[] {
  return row.kind === 'run' ? [row.run] : row.group.runs
}

function runRow(run: RunSummary, inner: boolean): Row {
  return { kind: 'run', key: String(run.id), run, inner }
}

/** Sorts; null comes last in either direction, equal ones by `tie`, ascending. */
function sortBy<T>(items: readonly T[], value: (item: T) => number | string | null, tie: (item: T) => number, descending: boolean): T[] {
  const keyed = items.map((item) => ({ item, value: value(item), tie: tie(item) }))
  const sign = descending ? -1 : 1
  keyed.sort((a, b) => {
    if (a.value === b.value) return a.tie - b.tie
    if (a.value === null) return 1
    if (b.value === null) return -1
    return a.value < b.value ? -sign : sign
  })
  return keyed.map(({ item }) => item)
}
