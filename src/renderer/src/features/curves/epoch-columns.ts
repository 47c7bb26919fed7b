import type { EpochRecord } from '../../../../common/records/records.ts'
import { resultAt, resultColumns, type ResultKey } from '../../../../common/results/result-columns.ts'

const epochFields = ['epoch', 'step', 'learningRate', 'imagesPerSecond', 'elapsedMs', 'trainedMs', 'peakMemoryBytes'] as const
export type EpochField = (typeof epochFields)[number] | ResultKey

/**
 * A run's epochs as growing columns of doubles; what a run has none of is NaN. `elapsedMs` is one epoch's, `trainedMs` their sum so
 * far.
 */
export class EpochColumns {
  private readonly columns = new Map<EpochField, Float64Array>(
    [...epochFields, ...resultColumns.map(({ key }) => key)].map((field) => [field, new Float64Array(64)]),
  )
  private used = 0

  get length(): number {
    return this.used
  }

  /** @returns the values in use, a view and not a copy */
  column(field: EpochField): Float64Array {
    return this.columns.get(field)!.subarray(0, this.used)
  }

  /** Appends, or replaces from this epoch on: a resumed run reports epochs again. */
  put(record: EpochRecord): void {
    const epochs = this.columns.get('epoch')!
    while (this.used > 0 && epochs[this.used - 1]! >= record.epoch) this.used--
    if (this.used === epochs.length) this.grow()
    const values: Record<(typeof epochFields)[number], number> = {
      epoch: record.epoch,
      step: record.step,
      learningRate: record.learningRate,
      imagesPerSecond: record.imagesPerSecond,
      elapsedMs: record.elapsedMs,
      trainedMs: record.elapsedMs + (this.used > 0 ? this.columns.get('trainedMs')![this.used - 1]! : 0),
      peakMemoryBytes: record.peakMemoryBytes,
    }
    for (const field of epochFields) this.columns.get(field)![this.used] = values[field]
    for (const column of resultColumns) this.columns.get(column.key)![this.used] = resultAt(record.results, column) ?? NaN
    this.used++
  }

  private grow(): void {
    for (const [field, column] of this.columns) {
      const larger = new Float64Array(column.length * 2)
      larger.set(column)
      this.columns.set(field, larger)
    }
  }
}
