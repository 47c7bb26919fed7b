import type { ComparedWeights } from '../../../../common/analyses/kinds/compared-weights.ts'
import type { AnalysedRun } from './analysis.ts'
import { initialStateOf, type AnalysedNetwork } from './load-analysed.ts'

/** Weights that are looked at, and which they are. */
export interface ComparedState {
  readonly weights: ComparedWeights
  readonly state: ReadonlyMap<string, Float32Array>
}

/**
 * Gives the weights that a run started from, where they are asked for or analysed, then those of its checkpoint. Of weights that were not
 * trained here nobody knows what they started from.
 */
export function comparedStates(run: AnalysedRun, { state }: AnalysedNetwork, initial: boolean): ComparedState[] {
  if (run.checkpointFile === null) return [{ weights: 'initial', state }]
  const trained: ComparedState = { weights: 'trained', state }
  return initial && run.epoch > 0 ? [{ weights: 'initial', state: initialStateOf(run) }, trained] : [trained]
}
