import type { TrainingBatch } from '../backend/backend.ts'

/** Where a run's training batches come from. The training loop asks for one after the other and knows no more. */
export interface BatchSource {
  /** Images in the training set. */
  readonly imageCount: number
  /**
   * Gives the batch of one step: a function of its arguments and the run's seed alone, so that a resumed run sees what an uninterrupted
   * one sees.
   * @param epoch counted from 1
   * @param step steps of this epoch done before, from 0
   */
  batch(epoch: number, step: number): TrainingBatch | Promise<TrainingBatch>
}
