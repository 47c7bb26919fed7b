import type { Precision } from '../device.ts'
import type { RunSummary } from '../records/records.ts'

type Trained = Pick<RunSummary, 'settings' | 'device'>

/** Tells the precision that a run computes in; null before its first start, when `auto` may still become either. */
export function precisionOf({ settings, device }: Trained): Precision | null {
  return device?.precision ?? (settings.recipe.precision === 'auto' ? null : settings.recipe.precision)
}

/** Splits runs of one group by their precision, in the order in which they came; runs that have none yet go with the last. */
export function apartByPrecision<R extends Trained>(
  runs: readonly R[],
): { readonly precision: Precision | null; readonly runs: readonly R[] }[] {
  const found = [...new Set(runs.map(precisionOf))].filter((precision) => precision !== null)
  if (found.length < 2) return [{ precision: found[0] ?? null, runs }]
  return found.map((precision) => ({ precision, runs: runs.filter((run) => (precisionOf(run) ?? found.at(-1)) === precision) }))
}
