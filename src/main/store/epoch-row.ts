import type { EpochRecord } from '../../common/records/records.ts'

export interface EpochRow {
  epoch: number
  step: number
  learning_rate: number
  train_loss: number
  train_error: number
  validation_loss: number | null
  validation_error: number | null
  test_loss: number
  test_error: number
  images_per_second: number
  elapsed_ms: number
  peak_memory_bytes: number
  finished_at: number
}

export const epochColumns = `epochs.epoch, epochs.step, epochs.learning_rate, epochs.train_loss, epochs.train_error, epochs.validation_loss,
    epochs.validation_error, epochs.test_loss, epochs.test_error, epochs.images_per_second, epochs.elapsed_ms,
    epochs.peak_memory_bytes, epochs.finished_at`

export function epochFromRow(row: EpochRow): EpochRecord {
  return {
    epoch: row.epoch,
    step: row.step,
    learningRate: row.learning_rate,
    train: { loss: row.train_loss, error: row.train_error },
    validation:
      row.validation_loss === null || row.validation_error === null ? null : { loss: row.validation_loss, error: row.validation_error },
    test: { loss: row.test_loss, error: row.test_error },
    imagesPerSecond: row.images_per_second,
    elapsedMs: row.elapsed_ms,
    peakMemoryBytes: row.peak_memory_bytes,
    finishedAt: row.finished_at,
  }
}
