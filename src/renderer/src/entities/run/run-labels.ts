import * as design from '../../../../common/network/design.ts'
import type { RunSummary } from '../../../../common/records/records.ts'

type Named = Pick<RunSummary, 'settings'>

/** Weighted layers of a run's network. */
export function depthOf(run: Named): number {
  return design.depthOf(run.settings.network)
}

/** What stays of a run's name when depth and seed are taken away. */
export function variantOf(run: Named): string {
  return design.variantOf(run.settings.network)
}

export function networkOf(run: Named): string {
  return design.labelOf(run.settings.network)
}

/** Ascending depths that occur. */
export function depthsOf(runs: readonly Named[]): number[] {
  return [...new Set(runs.map(depthOf))].sort((a, b) => a - b)
}
