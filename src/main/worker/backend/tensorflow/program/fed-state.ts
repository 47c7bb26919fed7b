import type { Normalization } from '../../backend.ts'
import type { Tensor } from '../graph/graph.ts'
import type { Session } from '../graph/session.ts'
import { nativeKernels } from '../kernels/native-kernels.ts'
import type { DataVariables, FedVariable } from './data-variables.ts'
import { joinedArrays, type FlatState } from './flat-state.ts'

/** Weights and statistics of a program that trains nothing, and what sets them. */
export interface FedState {
  readonly layout: FlatState
  readonly weights: FedVariable
  readonly statistics: FedVariable
  /** Sets weights and statistics. */
  readonly assign: Tensor
}

/** Sets what images are normalized with. */
export function feedNormalization(session: Session, data: DataVariables, { mean, inverseStd }: Normalization): void {
  const feeds = [
    { placeholder: data.mean.value, value: mean },
    { placeholder: data.inverseStd.value, value: inverseStd },
  ]
  session.run(feeds, [data.create])
}

/** Sets weights and statistics. @throws Error naming the first array that is missing or of the wrong size */
export function feedState(
  session: Session,
  { layout, weights, statistics, assign }: FedState,
  state: ReadonlyMap<string, Float32Array>,
): void {
  const feeds = [
    { placeholder: weights.value, value: joinedArrays(state, [...layout.convolutions, ...layout.others]) },
    { placeholder: statistics.value, value: joinedArrays(state, layout.statistics) },
  ]
  session.run(feeds, [assign])
  nativeKernels()?.releaseLibraryPages()
}
