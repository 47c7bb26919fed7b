import { layerCount, networkName, variantName } from '../../../../common/network/design.ts'
import type { RunSummary } from '../../../../common/records/records.ts'

export function depthOf(run: Pick<RunSummary, 'settings'>): number {
  return layerCount(run.settings.network.n)
}

/** What stays of a run's name when depth and seed are taken away. */
export function variantOf(run: Pick<RunSummary, 'settings'>): string {
  return variantName(run.settings.network)
}

export function networkOf(run: Pick<RunSummary, 'settings'>): string {
  return networkName(run.settings.network)
}

/** Ascending depths that occur. */
export function depthsOf(runs: readonly Pick<RunSummary, 'settings'>[]): number[] {
  return [...new Set(runs.map(depthOf))].sort((a, b) => a - b)
}
