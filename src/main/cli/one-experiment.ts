import { groupByExperiment } from '../../common/analysis/experiment.ts'
import { SkiplabError } from '../../common/failure.ts'
import type { RunSummary } from '../../common/records/records.ts'

/**
 * Requires runs of one experiment: a figure or a table compares runs that differ in network and seed only.
 * @throws SkiplabError not-found without a run, bad-input naming the experiments when there are several
 */
export function oneExperiment(runs: readonly RunSummary[], what: 'figure' | 'table'): readonly RunSummary[] {
  if (runs.length === 0) throw new SkiplabError('not-found', `No run matches, so there is nothing for a ${what}.`)
  const experiments = groupByExperiment(runs)
  const [first] = experiments
  if (first && experiments.length === 1) return first.runs
  throw new SkiplabError(
    'bad-input',
    `These runs belong to ${experiments.length} experiments, which do not share a ${what} ` +
      `(${experiments.map((one) => one.label).join('; ')}). Choose with --sweep, --dataset or --precision.`,
  )
}
