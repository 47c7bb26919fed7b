import type { DrawnNet } from '../../../common/analysis-figures/drawn-net.ts'
import { groupBySeed } from '../../../common/analysis/seed-groups.ts'
import { depthOf } from '../../../common/network/design.ts'
import type { RunSummary } from '../../../common/records/records.ts'

/** The nets of an analysis as its pictures draw them: runs that differ in their seed alone together, under one name. */
export function netsOf<R extends { readonly runId: number }>(results: readonly R[], runs: readonly RunSummary[]): DrawnNet<R>[] {
  const analysed = runs.filter(({ id }) => results.some(({ runId }) => runId === id))
  return groupBySeed(analysed).map(({ runs: own }): DrawnNet<R> => {
    const [first] = own
    const members = own.flatMap(({ id }) => results.filter(({ runId }) => runId === id))
    const { network, seed } = first!.settings
    const name = first!.name.replace(/, seed \d+$/, '')
    return {
      key: own.map(({ id }) => id).join(),
      members,
      runIds: members.map(({ runId }) => runId),
      name: members.length > 1 ? `${name}, mean of ${members.length} seeds` : `${name}, seed ${seed}`,
      endLabel: name,
      layers: depthOf(network),
      family: network.family,
    }
  })
}
