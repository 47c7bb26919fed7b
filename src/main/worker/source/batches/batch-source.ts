import type { Labels } from '../../../../common/data/labels.ts'
import type { BatchImages, Normalization, ResidentData, TrainingBatch } from '../../backend/backend.ts'

/** Where a run's training batches come from. The training loop asks for one after the other and knows no more. */
export interface BatchSource {
  /** Images in the training set. */
  readonly imageCount: number
  /**
   * Gives the batch of one step: a function of its arguments and the run's seed alone, so that a resumed run sees what an uninterrupted
   * one sees. Valid until the next batch is asked for.
   * @param epoch counted from 1
   * @param step steps of this epoch done before, from 0
   * @throws SkiplabError bad-input naming file and image when one cannot be read
   */
  batch(epoch: number, step: number): TrainingBatch | Promise<TrainingBatch>
}

/** Images of a fixed order that a run evaluates. */
export interface ImageSet {
  readonly count: number
  /**
   * Gives images [start, end), at least one, in a form that the backend takes; valid until the next are asked for.
   * @throws SkiplabError bad-input naming file and image when one cannot be read
   */
  read(start: number, end: number): BatchImages | Promise<BatchImages>
}

/** A run's data, and which of its images serve which purpose. */
export interface RunData {
  /** What the backend is to hold; every batch brings its own pixels where that is no more than the normalization. */
  readonly held: Normalization | ResidentData
  readonly training: BatchSource
  readonly validation: ImageSet
  readonly test: ImageSet
  /** Class of each test image. */
  readonly testLabels: Labels
  /** Ends the threads that read ahead and closes their files; no call may follow. */
  close(): Promise<void>
}

/** Images that the backend holds, by their indices. */
export interface ResidentImages extends ImageSet {
  readonly indices: Int32Array
}

export function residentImages(indices: Int32Array): ResidentImages {
  return { indices, count: indices.length, read: (start, end) => indices.subarray(start, end) }
}
