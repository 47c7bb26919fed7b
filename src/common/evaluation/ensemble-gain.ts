import type { Evaluation } from './evaluation.ts'

/** By how much an ensemble errs less than its members, in shares of the images: positive where it is better. */
export interface EnsembleGain {
  readonly overMean: number
  readonly overBest: number
}

/** Null for one run, and where a top-1 error is not known. @param all evaluations among which the members are */
export function ensembleGain({ memberIds, results }: Evaluation, all: readonly Evaluation[]): EnsembleGain | null {
  const errors = memberIds.map((id) => all.find((each) => each.id === id)?.results?.topOneError)
  const known = errors.filter((error) => error !== undefined)
  if (!results || known.length < 2 || known.length < errors.length) return null
  const mean = known.reduce((sum, error) => sum + error, 0) / known.length
  return { overMean: mean - results.topOneError, overBest: Math.min(...known) - results.topOneError }
}
