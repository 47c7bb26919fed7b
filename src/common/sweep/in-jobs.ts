import type { Estimate } from './forecast.ts'

/** What a run takes, and in how many jobs of a scheduler. */
export interface EstimateInJobs extends Estimate {
  readonly jobs: number
}

/** Least share of a job in which it trains, however long it takes to start. */
const leastShare = 0.1

/**
 * Cuts work into jobs that last so long at most: each goes on from the checkpoint of the one before, and has to start anew.
 * @param startMs what a start takes, which `estimate` holds once
 * @param jobMs from the start of a job to its last checkpoint; null: as long as it takes
 */
export function inJobs(estimate: Estimate, startMs: number, jobMs: number | null): EstimateInJobs {
  if (jobMs === null || estimate.ms <= jobMs) return { ...estimate, jobs: 1 }
  const trainingMs = Math.max(0, estimate.ms - startMs)
  const jobs = Math.max(1, Math.ceil(trainingMs / Math.max(jobMs - startMs, leastShare * jobMs)))
  return { ...estimate, ms: trainingMs + jobs * startMs, jobs }
}
