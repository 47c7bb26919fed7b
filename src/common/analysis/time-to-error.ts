import { z } from 'zod'
import { depthOf } from '../network/design.ts'
import type { EpochRecord, RunSummary } from '../records/records.ts'
import type { Split } from '../results/splits.ts'
import { comparedVariant, type ComparedRun, depthName, runsByNetwork } from './depth-results.ts'
import { type SeedStatistics, seedStatistics } from './statistics.ts'

/** When a run's error was first at or below a value: at the end of this epoch. */
export const reachedErrorSchema = z.strictObject({
  runId: z.int(),
  /** 1-based; null where it never was. */
  epoch: z.int().nullable(),
  iterations: z.int().nullable(),
  /** Time of its epochs until then, milliseconds. */
  trainedMs: z.number().nullable(),
})
export type ReachedError = z.infer<typeof reachedErrorSchema>

/** @param error a fraction */
export function reachedError(runId: number, epochs: readonly EpochRecord[], error: number, split: Split): ReachedError {
  let trainedMs = 0
  for (const { epoch, step, elapsedMs, results } of epochs) {
    trainedMs += elapsedMs
    const value = results[split]?.topOneError
    if (value !== undefined && value <= error) return { runId, epoch, iterations: step, trainedMs }
  }
  return { runId, epoch: null, iterations: null, trainedMs: null }
}

/**
 * An error, in whole percent, that all of these runs have come to: what the worst comes to at its best epoch so far as is known, which is
 * the last or the best one.
 */
export function commonError(runs: readonly Pick<RunSummary, 'lastEpoch' | 'bestEpoch'>[], split: Split): number {
  const lowest = runs.flatMap(({ lastEpoch, bestEpoch }) => {
    const known = [lastEpoch, bestEpoch].flatMap((epoch) => epoch?.results[split]?.topOneError ?? [])
    return known.length > 0 ? [Math.min(...known)] : []
  })
  return Math.min(99, Math.max(1, Math.ceil(100 * Math.max(0, ...lowest))))
}

/** All seeds of one network: how many came to the error, and when these did. */
export interface NetworkReached {
  /** "residual-56 A". */
  readonly network: string
  /** "residual A". */
  readonly variant: string
  readonly layers: number
  /** Runs that have begun to train, and those of them that came to it. */
  readonly runs: number
  readonly reached: number
  readonly epochs: SeedStatistics | null
  readonly iterations: SeedStatistics | null
  /** Hours. */
  readonly hours: SeedStatistics | null
}

/** Groups what runs of one experiment reached by network. Times are those of the machine and slots that they trained on. */
export function reachedByNetwork(
  runs: readonly (ComparedRun & Pick<RunSummary, 'lastEpoch'>)[],
  reached: readonly ReachedError[],
): NetworkReached[] {
  const byRun = new Map(reached.map((each) => [each.runId, each]))
  return runsByNetwork(runs).map((own) => {
    const begun = own.filter(({ lastEpoch }) => lastEpoch !== null)
    const found = begun.flatMap(({ id }) => {
      const one = byRun.get(id)
      return one && one.epoch !== null && one.iterations !== null && one.trainedMs !== null
        ? [{ epoch: one.epoch, iterations: one.iterations, hours: one.trainedMs / 3_600_000 }]
        : []
    })
    const { network } = own[0]!.settings
    return {
      network: depthName(network),
      variant: comparedVariant(network),
      layers: depthOf(network),
      runs: begun.length,
      reached: found.length,
      epochs: seedStatistics(found.map(({ epoch }) => epoch)),
      iterations: seedStatistics(found.map(({ iterations }) => iterations)),
      hours: seedStatistics(found.map(({ hours }) => hours)),
    }
  })
}
