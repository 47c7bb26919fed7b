/** Fewest seeds of each network from which their difference is tested. */
const fewestTested = 2

/**
 * Counts the looks at a comparison: how often it could be tested anew as its seeds came in, sweep after sweep. Whoever looks, adds seeds
 * and looks again finds too much, so each of several looks gets its share of the 5 %.
 * @param networks for each network that is compared when its finished seeds were queued: those of one sweep at once, imported ones at 0
 * @returns 1 or more
 */
export function looksAt(networks: readonly (readonly number[])[]): number {
  const times = [...new Set(networks.flat())].sort((a, b) => a - b)
  const tested = times.filter((time) => networks.every((seeds) => seeds.filter((seed) => seed <= time).length >= fewestTested))
  return Math.max(1, tested.length)
}

/** When a run was queued, with all runs of its sweep; a removed sweep has been one nevertheless. Imported runs come before all. */
export function queuedWith({ queuedAt, imported }: { readonly queuedAt: number; readonly imported?: unknown }): number {
  return imported ? 0 : queuedAt
}
