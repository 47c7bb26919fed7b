/** Fewest seeds of each network from which their difference is tested. */
const fewestTested = 2

/**
 * Counts the looks at a comparison: how often it could be tested anew as its seeds came in, sweep after sweep. Whoever looks, adds seeds
 * and looks again finds too much, so each of several looks gets its share of the 5 %.
 * @param networks for each network that is compared the sweeps of its finished seeds; null (of no sweep, such as an import) counts as first
 * @returns 1 or more
 */
export function looksAt(networks: readonly (readonly (number | null)[])[]): number {
  const sweeps = [...new Set(networks.flat().map(orderOf))].sort((a, b) => a - b)
  const tested = sweeps.filter((sweep) => networks.every((seeds) => seeds.filter((seed) => orderOf(seed) <= sweep).length >= fewestTested))
  return Math.max(1, tested.length)
}

function orderOf(sweepId: number | null): number {
  return sweepId ?? 0
}
