import type { SeedStatistics } from './statistics.ts'
import type { NetworkReached } from './time-to-error.ts'

export const reachedColumns: readonly { readonly title: string; readonly number: boolean }[] = [
  { title: 'network', number: false },
  { title: 'reached', number: true },
  { title: 'epochs', number: true },
  { title: 'iterations', number: true },
  { title: 'hours', number: true },
]

/** One network as cells of text, in the order of `reachedColumns`. */
export function reachedCells({ network, runs, reached, epochs, iterations, hours }: NetworkReached): string[] {
  return [network, `${reached} of ${runs}`, spread(epochs, 1), spread(iterations, 0), spread(hours, 2)]
}

function spread(statistics: SeedStatistics | null, digits: number): string {
  if (!statistics) return '–'
  const { mean, std } = statistics
  // A small net on a fast machine takes minutes.
  const fraction = digits > 1 && mean < 0.1 ? digits + 2 : digits
  return `${mean.toFixed(fraction)}${std === null ? '' : ` ± ${std.toFixed(fraction)}`}`
}
