import type { DrawnNet } from '../../../../../common/analysis-figures/drawn-net.ts'
import { depthOf } from '../../../../../common/network/design.ts'
import type { RunSummary } from '../../../../../common/records/records.ts'
import { lineNames } from '../../../entities/run/line-names.ts'
import { seedLines } from '../../../entities/run/seed-lines.ts'

/**
 * Finds the networks of a result's runs: each run by itself, or finished seeds together.
 * @param known those runs that are still there
 */
export function drawnNets<R extends { readonly runId: number }>(
  results: readonly R[],
  known: readonly RunSummary[],
  ofSeeds: boolean,
): DrawnNet<R>[] {
  const sources = results.flatMap((result) => {
    const run = known.find(({ id }) => id === result.runId)
    return run ? [{ run, result }] : []
  })
  const names = lineNames(sources.map(({ run }) => run))
  const named = new Set<string>()
  const there = seedLines(sources, ofSeeds).map((members): DrawnNet<R> => {
    const { run } = members[0]!
    const { network, member } = names.get(run.id)!
    const isNew = !named.has(network)
    named.add(network)
    return {
      ...netOf(members.map(({ result }) => result)),
      name: `${network}, ${members.length > 1 ? `mean of ${members.length} seeds` : member}`,
      endLabel: isNew ? network : undefined,
      layers: depthOf(run.settings.network),
      family: run.settings.network.family,
    }
  })
  const gone = results.filter(({ runId }) => !sources.some(({ run }) => run.id === runId))
  return [...there, ...gone.map((result) => ({ ...netOf([result]), ...goneLook(result.runId) }))]
}

function netOf<R extends { readonly runId: number }>(members: readonly R[]): Pick<DrawnNet<R>, 'key' | 'members' | 'runIds'> {
  const runIds = members.map(({ runId }) => runId)
  return { key: runIds.join(), members, runIds }
}

function goneLook(runId: number) {
  const name = `run ${runId}`
  return { name, endLabel: name, layers: null, family: null }
}
