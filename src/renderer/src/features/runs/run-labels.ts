import { layerCount, networkName } from '../../../../common/network/design.ts'
import type { RunSummary } from '../../../../common/rpc/records.ts'

export function depthOf(run: Pick<RunSummary, 'settings'>): number {
  return layerCount(run.settings.network.n)
}

/** "plain", "residual A": what stays when depth and seed are taken away; widths are named when they are not the paper's. */
export function variantOf(run: Pick<RunSummary, 'settings'>): string {
  const { family, shortcut, widths } = run.settings.network
  const width = widths.join(',') === '16,32,64' ? '' : ` ${widths.join('-')}`
  return (family === 'plain' ? 'plain' : `${family} ${shortcut}`) + width
}

export function networkOf(run: Pick<RunSummary, 'settings'>): string {
  return networkName(run.settings.network)
}

/** Ascending depths that occur, for the colour ramp. */
export function depthsOf(runs: readonly Pick<RunSummary, 'settings'>[]): number[] {
  return [...new Set(runs.map(depthOf))].sort((a, b) => a - b)
}
