import { type SeedStatistics, seedStatistics } from './statistics.ts'

/** What of an evaluation counts. */
interface Tested {
  readonly runIds: readonly number[]
  readonly results: { readonly topOneError: number } | null
}

/** Error of one network over several seeds. */
export interface SeedMean {
  readonly network: string
  /** Top-1 error, a fraction. */
  readonly error: SeedStatistics
}

/**
 * Error of each network of which several seeds have a result. @param tests of one run each, under the same terms
 * @param networks by the number of a run; runs that differ in their seed alone have equal ones
 */
export function seedMeans(tests: readonly Tested[], networks: ReadonlyMap<number, string>): SeedMean[] {
  const errors = new Map<string, number[]>()
  for (const { runIds, results } of tests) {
    const network = networks.get(runIds[0]!)
    if (network !== undefined && results) errors.set(network, [...(errors.get(network) ?? []), results.topOneError])
  }
  return [...errors].flatMap(([network, values]) => {
    const error = values.length > 1 ? seedStatistics(values) : null
    return error ? [{ network, error }] : []
  })
}
