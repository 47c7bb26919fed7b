/** A number of each layer of a run, such as the standard deviation of its response: one row of doubles per epoch, one column per layer. */
export interface LayerHistory {
  readonly layers: readonly string[]
  /** Ascending; they need not be all. */
  readonly epochs: readonly number[]
  /** [epoch, layer], same order as the two lists. */
  readonly values: readonly Float64Array[]
}

export interface LayerRow {
  readonly epoch: number
  readonly values: Float64Array
}

/** Finds the row of the newest epoch that is not after `epoch`; null before the first. */
export function rowAt(history: LayerHistory, epoch: number): LayerRow | null {
  let found: LayerRow | null = null
  history.epochs.forEach((candidate, index) => {
    if (candidate <= epoch) found = { epoch: candidate, values: history.values[index]! }
  })
  return found
}
