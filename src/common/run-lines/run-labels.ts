import * as design from '../network/design.ts'
import type { RunSummary } from '../records/records.ts'

type Named = Pick<RunSummary, 'settings'>

/** Counts the weighted layers of a run's network. */
export function depthOf(run: Named): number {
  return design.depthOf(run.settings.network)
}

/** Makes a run's name without depth and seed. */
export function variantOf(run: Named): string {
  return design.variantOf(run.settings.network)
}

export function networkOf(run: Named): string {
  return design.labelOf(run.settings.network)
}

/** Lists the depths that occur, ascending. */
export function depthsOf(runs: readonly Named[]): number[] {
  return [...new Set(runs.map(depthOf))].sort((a, b) => a - b)
}
