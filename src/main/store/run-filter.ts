import type { RunFilter } from '../../common/rpc/run-calls.ts'

/** Makes the WHERE clause of a filter over `runs` left-joined with `sweeps`, with the values of its placeholders. */
export function runWhere(filter: RunFilter): { where: string; values: unknown[] } {
  const conditions: string[] = ['runs.removed_at IS NULL']
  const values: unknown[] = []
  const oneOf = (column: string, allowed: readonly unknown[] | undefined) => {
    if (!allowed) return
    conditions.push(`${column} IN (SELECT value FROM json_each(?))`)
    values.push(JSON.stringify(allowed))
  }
  oneOf('runs.state', filter.states)
  oneOf('runs.family', filter.families)
  oneOf('runs.depth', filter.depths)
  oneOf('runs.seed', filter.seeds)
  if (filter.dataset !== undefined) {
    conditions.push('runs.dataset = ?')
    values.push(filter.dataset)
  }
  if (filter.sweepId !== undefined) {
    conditions.push('runs.id IN (SELECT run_id FROM sweep_runs WHERE sweep_id = ?)')
    values.push(filter.sweepId)
  }
  const flag = (column: string, wanted: boolean | undefined) => {
    if (wanted === undefined) return
    conditions.push(`${column} = ?`)
    values.push(wanted ? 1 : 0)
  }
  flag('runs.starred', filter.starred)
  flag('runs.archived', filter.archived)
  for (const tag of filter.tags ?? []) {
    conditions.push('EXISTS (SELECT 1 FROM json_each(runs.tags) WHERE value = ?)')
    values.push(tag)
  }
  if (filter.search !== undefined && filter.search !== '') {
    conditions.push('(instr(lower(runs.name), ?) > 0 OR instr(lower(sweeps.name), ?) > 0)')
    const part = filter.search.toLowerCase()
    values.push(part, part)
  }
  return { where: `WHERE ${conditions.join(' AND ')}`, values }
}
