import type { Device } from '../../common/device.ts'
import type { Database } from 'better-sqlite3'
import type { MeasuredSpeed, Outcome } from '../../common/sweep/forecast.ts'

/** Newest forecasts that are kept; older ones say little about today's machine. */
const rememberedOutcomes = 50

/** Stores training speeds measured on this workspace's devices, and how well forecasts from them did. */
export class SpeedTable {
  readonly #record
  readonly #recordStart
  readonly #ofDevice
  readonly #insertForecast
  readonly #setOutcome
  readonly #outcomes

  constructor(db: Database) {
    // The newest epoch counts half: other programs' load comes and goes. A worse source never replaces a better one.
    this.#record = db.prepare<Record<string, unknown>>(`
      INSERT INTO speeds (kind, name, threads, precision, multiply_adds, batch_size, images_per_second, start_ms, source, measured_at)
      VALUES (@kind, @name, @threads, @precision, @multiplyAdds, @batchSize, @imagesPerSecond, @startMs, @source, @measuredAt)
      ON CONFLICT DO UPDATE SET
        images_per_second = iif(source = excluded.source,
          0.5 * images_per_second + 0.5 * excluded.images_per_second, excluded.images_per_second),
        start_ms = coalesce(excluded.start_ms, start_ms), source = excluded.source, measured_at = excluded.measured_at
      WHERE source = excluded.source OR source <> 'epochs' AND excluded.source <> 'speed-test'`)
    this.#recordStart = db.prepare<Record<string, unknown>>(`
      UPDATE speeds SET start_ms = iif(start_ms IS NULL, @startMs, 0.5 * start_ms + 0.5 * @startMs)
      WHERE kind = @kind AND name = @name AND threads = @threads AND precision = @precision
        AND multiply_adds = @multiplyAdds AND batch_size = @batchSize`)
    this.#ofDevice = db.prepare<[string, string], MeasuredSpeed>(`
      SELECT threads, precision, multiply_adds AS multiplyAdds, batch_size AS batchSize,
        images_per_second AS imagesPerSecond, start_ms AS startMs, source
      FROM speeds WHERE kind = ? AND name = ?`)
    this.#insertForecast = db.prepare<[number, number, number, number]>(
      'INSERT OR REPLACE INTO forecasts (run_id, forecast_ms, distance, made_at) VALUES (?, ?, ?, ?)',
    )
    this.#setOutcome = db.prepare<[number, number]>('UPDATE forecasts SET measured_ms = ? WHERE run_id = ?')
    this.#outcomes = db.prepare<[number], Outcome>(`
      SELECT forecast_ms AS forecastMs, distance, measured_ms AS measuredMs FROM forecasts
      WHERE measured_ms > 0 AND forecast_ms > 0 ORDER BY made_at DESC, run_id DESC LIMIT ?`)
  }

  record(
    device: Device,
    speed: Pick<MeasuredSpeed, 'multiplyAdds' | 'batchSize' | 'imagesPerSecond' | 'startMs' | 'source'>,
    measuredAt: number,
  ): void {
    const { kind, name, threads, precision } = device
    this.#record.run({ kind, name, threads, precision, ...speed, measuredAt })
  }

  /** Records what a whole run took beside its epochs. */
  recordStart(device: Device, network: { multiplyAdds: number; batchSize: number }, startMs: number): void {
    const { kind, name, threads, precision } = device
    this.#recordStart.run({ kind, name, threads, precision, ...network, startMs })
  }

  ofDevice(device: Pick<Device, 'kind' | 'name'>): MeasuredSpeed[] {
    return this.#ofDevice.all(device.kind, device.name)
  }

  /** Stores what a run is expected to take, to be compared with what it took. */
  insertForecast(runId: number, forecastMs: number, distance: number, madeAt: number): void {
    this.#insertForecast.run(runId, forecastMs, distance, madeAt)
  }

  /** Stores how long a run took that went through in one attempt. */
  setOutcome(runId: number, measuredMs: number): void {
    this.#setOutcome.run(measuredMs, runId)
  }

  /** Lists forecasts whose runs have ended, newest first. */
  outcomes(): Outcome[] {
    return this.#outcomes.all(rememberedOutcomes)
  }
}
