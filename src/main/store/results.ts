import type { Database } from 'better-sqlite3'
import { type Metric, metricNames } from '../../common/results/metrics.ts'
import type { ResultRow } from '../../common/results/result-row.ts'
import { type EpochResults, epochProtocols, type Split, splitNames } from '../../common/results/splits.ts'

/** What a measured value is of. */
type Measure = Pick<ResultRow, 'split' | 'protocol' | 'metric'>

/** Results of a run's last and best epoch as measured after them. */
export interface RunResults {
  readonly last: EpochResults | null
  readonly best: { readonly epoch: number; readonly results: EpochResults } | null
}

/** Measured values as rows: after each epoch, and of a run's last and best checkpoint. */
export class ResultTables {
  readonly #measures
  readonly #name
  readonly #forget
  readonly #insert
  readonly #ofEpochs
  readonly #ofRun
  readonly #rows

  constructor(db: Database) {
    this.#measures = db.prepare<[], Measure & { id: number }>('SELECT id, split, protocol, metric FROM measures')
    this.#name = db.prepare<Measure>('INSERT OR IGNORE INTO measures (split, protocol, metric) VALUES (@split, @protocol, @metric)')
    this.#forget = db.prepare<[number, number]>('DELETE FROM epoch_results WHERE run_id = ? AND epoch = ?')
    this.#insert = db.prepare<Measure & { runId: number; epoch: number; value: number }>(`
      INSERT INTO epoch_results (run_id, epoch, measure_id, value)
      SELECT @runId, @epoch, id, @value FROM measures WHERE split = @split AND protocol = @protocol AND metric = @metric`)
    // Rows as arrays: objects would take twice the time where there are a hundred thousand.
    this.#ofEpochs = db
      .prepare<[number], [number, number, number]>('SELECT epoch, measure_id, value FROM epoch_results WHERE run_id = ?')
      .raw()
    this.#ofRun = db
      .prepare<[number], [string, number, number, number]>('SELECT checkpoint, epoch, measure_id, value FROM results WHERE run_id = ?')
      .raw()
    // Of evaluations those of this run alone; an ensemble's results are not one run's.
    this.#rows = db.prepare<[number, number], ResultRow>(`
      SELECT checkpoint, epoch, split, protocol, batchStatistics, metric, value, evaluationId FROM (
        SELECT checkpoint, epoch, split, protocol, iif(protocol = 'training-steps', NULL, 'moving') AS batchStatistics, metric, value,
          NULL AS evaluationId, measure_id AS rank
        FROM results JOIN measures ON measures.id = measure_id WHERE run_id = ?
        UNION ALL
        SELECT checkpoint, coalesce(epoch, 0), split, protocol, batch_statistics, metric, value, evaluations.id, 0
        FROM evaluations JOIN evaluation_members AS members ON members.evaluation_id = evaluations.id
          JOIN evaluation_results ON evaluation_results.evaluation_id = evaluations.id
        WHERE members.run_id = ? AND member_id IS NULL AND state = 'finished' AND removed_at IS NULL)
      ORDER BY evaluationId IS NOT NULL, evaluationId, checkpoint DESC, rank, metric`)
  }

  /** Replaces what is known of the epoch. */
  insertEpoch(runId: number, epoch: number, results: EpochResults): void {
    this.#forget.run(runId, epoch)
    for (const split of splitNames)
      for (const metric of metricNames) {
        const value = results[split]?.[metric]
        if (value === undefined) continue
        const measure = { split, protocol: epochProtocols[split], metric }
        this.#name.run(measure)
        this.#insert.run({ ...measure, runId, epoch, value })
      }
  }

  /** By epoch. */
  ofEpochs(runId: number): Map<number, EpochResults> {
    const measures = this.#epochMeasures()
    const byEpoch = new Map<number, PartialResults>()
    for (const [epoch, measureId, value] of this.#ofEpochs.all(runId)) {
      let results = byEpoch.get(epoch)
      if (!results) byEpoch.set(epoch, (results = {}))
      put(results, measures.get(measureId), value)
    }
    return new Map([...byEpoch].map(([epoch, results]) => [epoch, whole(results)]))
  }

  /** Reads results of many runs, one after the other. */
  reader(): (runId: number) => RunResults {
    const measures = this.#epochMeasures()
    return (runId) => {
      const found = new Map<string, { epoch: number; results: PartialResults }>()
      for (const [checkpoint, epoch, measureId, value] of this.#ofRun.all(runId)) {
        let one = found.get(checkpoint)
        if (!one) found.set(checkpoint, (one = { epoch, results: {} }))
        put(one.results, measures.get(measureId), value)
      }
      const [last, best] = [found.get('last'), found.get('best')]
      return { last: last ? whole(last.results) : null, best: best ? { epoch: best.epoch, results: whole(best.results) } : null }
    }
  }

  /** All that was measured of a run's checkpoints: after its epochs, the last one's first, then by evaluations. */
  rows(runId: number): ResultRow[] {
    return this.#rows.all(runId, runId)
  }

  /** Measures that every epoch has; results under further protocols are rows only. */
  #epochMeasures(): Map<number, Measure> {
    const all = this.#measures.all().filter(({ split, protocol }) => epochProtocols[split] === protocol)
    return new Map(all.map(({ id, ...measure }) => [id, measure]))
  }
}

type PartialResults = { [S in Split]?: { [M in Metric]?: number } }

function put(results: PartialResults, measure: Measure | undefined, value: number): void {
  if (!measure) return
  const split = (results[measure.split] ??= {})
  split[measure.metric] = value
}

/** Written by `insertEpoch` from typed results; the engine checks every record before it leaves. */
function whole(results: PartialResults): EpochResults {
  return results as EpochResults
}
