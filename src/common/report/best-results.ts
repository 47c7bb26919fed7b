import { groupByExperiment } from '../analysis/experiment.ts'
import { groupBySeed } from '../analysis/seed-groups.ts'
import { seedStatistics, type SeedStatistics } from '../analysis/statistics.ts'
import { labelOf } from '../network/design.ts'
import type { RunSummary } from '../records/records.ts'
import type { Period } from './period.ts'

/** A network's test error at the last epoch, over the seeds that finished. */
export interface NetworkResult {
  /** "residual-56 A". */
  readonly network: string
  readonly testError: SeedStatistics
  /** Its best seed. */
  readonly runId: number
}

/** A finished run that ended below every earlier one of its experiment. */
export interface NewBest {
  /** "cifar10, cifar10-30 (30 epochs), widths 16-32-64". */
  readonly experiment: string
  readonly run: RunSummary
  readonly testError: number
  /** What was best before the period; null when nothing had finished. */
  readonly previous: { readonly run: RunSummary; readonly testError: number } | null
}

/** The network with the lowest mean test error; null while no run has finished. */
export function bestNetwork(runs: readonly RunSummary[]): NetworkResult | null {
  const results = groupBySeed(runs.filter((run) => run.state === 'finished')).flatMap((group): NetworkResult[] => {
    const best = lowest(group.runs)
    const testError = seedStatistics(group.runs.flatMap((run) => (run.lastEpoch ? [run.lastEpoch.results.test.topOneError] : [])))
    return best && testError ? [{ network: labelOf(best.run.settings.network), testError, runId: best.run.id }] : []
  })
  return results.reduce<NetworkResult | null>((best, one) => (best && best.testError.mean <= one.testError.mean ? best : one), null)
}

/** For each experiment with a run that finished in the period: its best one, when nothing before was as good. */
export function newBests(runs: readonly RunSummary[], period: Period): NewBest[] {
  return groupByExperiment(runs.filter((run) => run.state === 'finished')).flatMap(({ label, runs: own }): NewBest[] => {
    const end = (run: RunSummary): number => run.finishedAt ?? 0
    const best = lowest(own.filter((run) => end(run) > period.from && end(run) <= period.to))
    const previous = lowest(own.filter((run) => end(run) <= period.from))
    return best && (!previous || best.testError < previous.testError) ? [{ experiment: label, ...best, previous }] : []
  })
}

function lowest(runs: readonly RunSummary[]): { run: RunSummary; testError: number } | null {
  let best: { run: RunSummary; testError: number } | null = null
  for (const run of runs) {
    const testError = run.lastEpoch?.results.test.topOneError
    if (testError !== undefined && (!best || testError < best.testError)) best = { run, testError }
  }
  return best
}
