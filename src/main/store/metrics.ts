import type { Database } from 'better-sqlite3'
import type { EpochRecord, LayerStatistic, StepSample } from '../../common/records/records.ts'
import { epochColumns, epochFromRow, type EpochRow } from './epoch-row.ts'
import type { ResultTables } from './results.ts'

/** Epochs with their results, step samples and layer statistics. A row that comes again replaces the earlier one. */
export class MetricTables {
  readonly #db: Database
  readonly #results
  readonly #insertEpoch
  readonly #epochs
  readonly #summarize
  readonly #insertStep
  readonly #steps
  readonly #insertLayer
  readonly #layers
  readonly #layersOfEpoch

  constructor(db: Database, results: ResultTables) {
    this.#db = db
    this.#results = results
    this.#insertEpoch = db.prepare<Record<string, unknown>>(`
      INSERT OR REPLACE INTO epochs (run_id, epoch, step, learning_rate, images_per_second, elapsed_ms, peak_memory_bytes, finished_at)
      VALUES (@runId, @epoch, @step, @learningRate, @imagesPerSecond, @elapsedMs, @peakMemoryBytes, @finishedAt)`)
    this.#epochs = db.prepare<[number], EpochRow>(`SELECT ${epochColumns} FROM epochs WHERE run_id = ? ORDER BY epoch`)
    this.#summarize = db.prepare<Record<string, unknown>>(`
      UPDATE runs SET
        last_epoch = (SELECT max(epoch) FROM epochs WHERE run_id = @runId),
        trained_ms = (SELECT coalesce(sum(elapsed_ms), 0) FROM epochs WHERE run_id = @runId) + @unfinishedMs,
        best_epoch = (
          SELECT epoch FROM epoch_results JOIN measures ON measures.id = measure_id
          WHERE run_id = @runId AND split = 'test' AND protocol = 'single-view' AND metric = 'topOneError' ORDER BY value, epoch LIMIT 1)
      WHERE id = @runId`)
    this.#insertStep = db.prepare<Record<string, unknown>>(
      'INSERT OR REPLACE INTO step_samples (run_id, step, loss, gradient_norm, learning_rate) VALUES (@runId, @step, @loss, ' +
        '@gradientNorm, @learningRate)',
    )
    this.#steps = db.prepare<[number, number, number], StepSample>(
      'SELECT step, loss, gradient_norm AS gradientNorm, learning_rate AS learningRate FROM step_samples WHERE run_id = ? ' +
        'AND step BETWEEN ? AND ? ORDER BY step',
    )
    this.#insertLayer = db.prepare<Record<string, unknown>>(
      'INSERT OR REPLACE INTO layer_statistics (run_id, epoch, place, layer, mean, std) VALUES (@runId, @epoch, @layerIndex, ' +
        '@layer, @mean, @std)',
    )
    const layers = 'SELECT epoch, layer, mean, std FROM layer_statistics WHERE run_id = ?'
    this.#layers = db.prepare<[number], LayerStatistic>(`${layers} ORDER BY epoch, place`)
    this.#layersOfEpoch = db.prepare<[number, number], LayerStatistic>(`${layers} AND epoch = ? ORDER BY place`)
  }

  insertEpoch(runId: number, record: EpochRecord, layerStatistics: readonly LayerStatistic[]): void {
    this.#insertEpoch.run({
      runId,
      epoch: record.epoch,
      step: record.step,
      learningRate: record.learningRate,
      imagesPerSecond: record.imagesPerSecond,
      elapsedMs: record.elapsedMs,
      peakMemoryBytes: Math.round(record.peakMemoryBytes),
      finishedAt: Math.round(record.finishedAt),
    })
    this.#results.insertEpoch(runId, record.epoch, record.results)
    for (const [layerIndex, { epoch, layer, mean, std }] of layerStatistics.entries())
      this.#insertLayer.run({ runId, epoch, layerIndex, layer, mean, std })
    this.#summarize.run({ runId, unfinishedMs: 0 })
  }

  /** Adds the time that a run which stopped within an epoch has trained on it. */
  addUnfinishedEpoch(runId: number, elapsedMs: number): void {
    this.#summarize.run({ runId, unfinishedMs: elapsedMs })
  }

  insertSteps(runId: number, samples: readonly StepSample[]): void {
    for (const { step, loss, gradientNorm, learningRate } of samples)
      this.#insertStep.run({ runId, step, loss, gradientNorm, learningRate })
  }

  /**
   * Forgets what a run logged after a step and an epoch, which its next attempt logs again; `unfinishedMs` were trained between the
   * two.
   */
  deleteAfter(runId: number, step: number, epoch: number, unfinishedMs: number): void {
    this.#db.prepare('DELETE FROM step_samples WHERE run_id = ? AND step > ?').run(runId, step)
    for (const logged of ['epochs', 'epoch_results', 'layer_statistics'])
      this.#db.prepare(`DELETE FROM ${logged} WHERE run_id = ? AND epoch > ?`).run(runId, epoch)
    this.#summarize.run({ runId, unfinishedMs })
  }

  epochs(runId: number): EpochRecord[] {
    const results = this.#results.ofEpochs(runId)
    return this.#epochs.all(runId).map((row) => epochFromRow(row, results.get(row.epoch)!))
  }

  steps(runId: number, from: number, to: number): StepSample[] {
    return this.#steps.all(runId, from, to)
  }

  layerStatistics(runId: number, epoch: number | null): LayerStatistic[] {
    return epoch === null ? this.#layers.all(runId) : this.#layersOfEpoch.all(runId, epoch)
  }
}
