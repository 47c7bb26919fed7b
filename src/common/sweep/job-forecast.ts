import { type Estimate, estimateAt, evaluationShare, expectedSpeed, type Load, type MeasuredSpeed } from './forecast.ts'

/** A test of a checkpoint or an analysis, as far as its time goes. */
export interface JobLoad extends Omit<Load, 'batchSize'> {
  /** Protocol or kind of analysis: what is slow about one of a sort is so about all. */
  readonly sort: string
  /** Multiply-adds that it computes in all. */
  readonly work: number
}

/** One that has ended, and what it took. */
export interface MeasuredJob extends JobLoad {
  readonly ms: number
}

/** Images that are computed at once, as tests do. */
const batchSize = 100
/** The guess from training counts as much as a job of a network a third larger. */
const priorWeight = 1 / 0.3
/** A job of the very network. */
const leastDistance = 0.1

/**
 * Estimates a test or an analysis: its forward passes at the speed at which networks of its cost train here, times what jobs of its sort
 * took over that, near networks before far ones.
 * @returns null where no training speed is known
 */
export function forecastJob(job: JobLoad, speeds: readonly MeasuredSpeed[], measured: readonly MeasuredJob[]): Estimate | null {
  const guess = fromTraining(job, speeds)
  if (guess === null) return null
  let [sum, total, distance] = [0, priorWeight, guess.distance + 0.5]
  for (const each of measured) {
    const expected = each.sort === job.sort && each.ms > 0 ? fromTraining(each, speeds) : null
    if (expected === null || expected.ms <= 0) continue
    const away =
      leastDistance + Math.abs(Math.log(each.multiplyAdds / job.multiplyAdds)) + 0.5 * Math.abs(Math.log(each.threads / job.threads))
    sum += Math.log(each.ms / expected.ms) / away
    total += 1 / away
    distance = Math.min(distance, away)
  }
  return { ms: guess.ms * Math.exp(sum / total), distance }
}

function fromTraining(job: JobLoad, speeds: readonly MeasuredSpeed[]): Estimate | null {
  const speed = expectedSpeed({ ...job, batchSize }, speeds)
  return speed && estimateAt(speed, (evaluationShare * job.work) / job.multiplyAdds, true)
}
