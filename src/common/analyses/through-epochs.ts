import type { Analysis } from './analysis.ts'

/** A result that has a part for each analysed checkpoint, beside the `runIds` of its analysis. */
interface ResultOfRuns {
  readonly runs: readonly unknown[]
}

function hasRuns(result: unknown): result is ResultOfRuns {
  return typeof result === 'object' && result !== null && 'runs' in result && Array.isArray(result.runs)
}

/** Epochs that an analysis of several checkpoints has, ascending. */
export function epochsOf({ epochs }: Pick<Analysis, 'epochs'>): number[] {
  return [...new Set(epochs)].sort((a, b) => a - b)
}

/** An analysis's runs, each once. */
export function runsOf({ runIds }: Pick<Analysis, 'runIds'>): number[] {
  return [...new Set(runIds)]
}

/**
 * Cuts what an analysis of several checkpoints came to down to one of each run: the newest that is not after an epoch. A run whose first
 * comes later is left out.
 */
export function atEpoch<A extends Pick<Analysis, 'runIds' | 'epochs'>>(
  analysis: A,
  result: unknown,
  epoch: number,
): { readonly analysis: A; readonly result: unknown } {
  if (!hasRuns(result)) return { analysis, result }
  const { runIds, epochs } = analysis
  const chosen = runsOf(analysis).flatMap((runId) => {
    const ofRun = runIds.flatMap((id, index) => (id === runId && epochs[index]! <= epoch ? [index] : []))
    return ofRun.length === 0 ? [] : [ofRun.reduce((newest, index) => (epochs[index]! > epochs[newest]! ? index : newest))]
  })
  const pick = <T>(all: readonly T[]): T[] => chosen.map((index) => all[index]!)
  return { analysis: { ...analysis, runIds: pick(runIds), epochs: pick(epochs) }, result: { ...result, runs: pick(result.runs) } }
}
