import { depthName } from '../analysis/depth-results.ts'
import { groupByExperiment } from '../analysis/experiment.ts'
import type { MoreSeeds } from '../analysis/more-seeds.ts'
import type { RunSummary } from '../records/records.ts'
import { effectTable, seedsFor } from './effect-table.ts'

/** A comparison that is open within reach, and the sweep of the seeds that would settle it. */
export interface OpenComparison {
  /** Equal for the same two networks of the same experiment, whatever their seeds. */
  readonly key: string
  /** "plain, 20 to 56 layers (cifar10, cifar10-10 (10 epochs), widths 16-32-64)". */
  readonly name: string
  /** Seeds that each of the two networks gets. */
  readonly moreSeeds: number
  readonly extension: MoreSeeds
  /** Training that it takes: runs times the multiply-adds of the larger network's, to order comparisons by before any is forecast. */
  readonly work: number
}

/** Lists what is open among these runs, in any state, the least work first; experiments with runs to come are left out. */
export function openComparisons(runs: readonly RunSummary[]): OpenComparison[] {
  return groupByExperiment(runs)
    .flatMap(({ key, label, runs: own }) =>
      effectTable(label, own).effects.flatMap((effect): OpenComparison[] => {
        const extension = (effect.moreSeeds ?? 0) > 0 ? seedsFor([effect], own) : null
        if (!extension || effect.moreSeeds === null) return []
        const names = [effect.from.network, effect.to.network]
        const costs = own
          .filter(({ settings }) => names.includes(depthName(settings.network)))
          .map(({ multiplyAdds, totalSteps, settings }) => multiplyAdds * totalSteps * settings.recipe.batchSize)
        const work = extension.newRuns * Math.max(...costs)
        return [{ key: `${key} ${effect.name}`, name: `${effect.name} (${label})`, moreSeeds: effect.moreSeeds, extension, work }]
      }),
    )
    .sort((a, b) => a.work - b.work)
}
