import type { RunSummary } from '../../../../common/rpc/records.ts'

export interface Difference {
  readonly name: string
  /** One text per run, in the order given. */
  readonly values: readonly string[]
}

/** Every setting in which the runs are not all equal. */
export function settingsDifference(runs: readonly RunSummary[]): Difference[] {
  const flat = runs.map((run) => flatten(run))
  const names = [...new Set(flat.flatMap((one) => [...one.keys()]))]
  return names
    .map((name) => ({ name, values: flat.map((one) => one.get(name) ?? '–') }))
    .filter(({ values }) => values.some((value) => value !== values[0]))
}

function flatten(run: RunSummary): Map<string, string> {
  const { network, dataset, recipe, seed } = run.settings
  const entries = [...Object.entries(network), ['dataset', dataset.name], ['seed', seed], ...Object.entries(recipe).map(([name, value]) => [name === 'name' ? 'recipe' : name, value])]
  return new Map(entries.map(([name, value]) => [String(name), settingText(value)]))
}

export function settingText(value: unknown): string {
  if (value === null) return 'none'
  if (Array.isArray(value)) return value.join(', ') || 'none'
  return typeof value === 'boolean' ? (value ? 'yes' : 'no') : String(value)
}
