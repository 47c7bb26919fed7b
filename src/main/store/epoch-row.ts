import type { EpochRecord } from '../../common/records/records.ts'
import type { EpochResults } from '../../common/results/splits.ts'

/** When an epoch ended and how fast it was; its results are rows of their own. */
export interface EpochRow {
  epoch: number
  step: number
  learning_rate: number
  images_per_second: number
  elapsed_ms: number
  peak_memory_bytes: number
  finished_at: number
}

export const epochColumns = `epochs.epoch, epochs.step, epochs.learning_rate, epochs.images_per_second, epochs.elapsed_ms,
    epochs.peak_memory_bytes, epochs.finished_at`

export function epochFromRow(row: EpochRow, results: EpochResults): EpochRecord {
  return {
    epoch: row.epoch,
    step: row.step,
    learningRate: row.learning_rate,
    results,
    imagesPerSecond: row.images_per_second,
    elapsedMs: row.elapsed_ms,
    peakMemoryBytes: row.peak_memory_bytes,
    finishedAt: row.finished_at,
  }
}
