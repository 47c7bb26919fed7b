import type { Evaluation } from '../../../../common/evaluation/evaluation.ts'
import { type SeedMean, seedMeans } from '../../../../common/analysis/seed-means.ts'
import { termsKey } from '../../entities/evaluation/evaluation-words.ts'

/** An ensemble of some of the runs, and what it gains over its members, in shares of images; negative where it loses. */
export interface EnsembleRow {
  readonly evaluation: Evaluation
  readonly overMean: number | null
  readonly overBest: number | null
}

/** Tests that differ in their runs alone. */
export interface TestGroup {
  readonly key: string
  /** Any of them: protocol, checkpoint, batch statistics and split are those of all. */
  readonly terms: Evaluation
  /** The newest test of each run. */
  readonly runs: readonly Evaluation[]
  readonly ensembles: readonly EnsembleRow[]
  /** Of each network of which several seeds have a result. */
  readonly means: readonly SeedMean[]
}

/**
 * Puts the tests of some runs beside each other, protocol by protocol, with the ensembles that these runs alone make.
 * @param networks by the number of a run; runs that differ in their seed alone have equal ones
 */
export function testGroups(evaluations: readonly Evaluation[], networks: ReadonlyMap<number, string>): TestGroup[] {
  const groups = new Map<string, Evaluation[]>()
  for (const each of evaluations) {
    if (!each.runIds.every((id) => networks.has(id))) continue
    const key = termsKey(each)
    groups.set(key, [...(groups.get(key) ?? []), each])
  }
  return [...groups].map(([key, all]) => group(key, all, networks))
}

function group(key: string, all: readonly Evaluation[], networks: ReadonlyMap<number, string>): TestGroup {
  // Later ones of the same run take the place of earlier ones.
  const runs = [...new Map(all.filter(({ runIds }) => runIds.length === 1).map((each) => [each.runIds[0]!, each])).values()]
  const ensembles = [
    ...new Map(all.filter(({ runIds }) => runIds.length > 1).map((each) => [[...each.runIds].sort().join(), each])).values(),
  ]
  return { key, terms: all[0]!, runs, ensembles: ensembles.map((each) => ensembleRow(each, all)), means: seedMeans(runs, networks) }
}

function ensembleRow(evaluation: Evaluation, all: readonly Evaluation[]): EnsembleRow {
  const error = errorOf(evaluation)
  const { mean, lowest } = summary(evaluation.memberIds.map((id) => errorOf(all.find((each) => each.id === id))))
  return {
    evaluation,
    overMean: error === null || mean === null ? null : mean - error,
    overBest: error === null || lowest === null ? null : lowest - error,
  }
}

function errorOf(evaluation: Evaluation | undefined): number | null {
  return evaluation?.results?.topOneError ?? null
}

function summary(errors: readonly (number | null)[]): { mean: number | null; lowest: number | null } {
  const known = errors.filter((error) => error !== null)
  if (known.length === 0) return { mean: null, lowest: null }
  return { mean: known.reduce((sum, error) => sum + error, 0) / known.length, lowest: Math.min(...known) }
}
