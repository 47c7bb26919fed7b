import type { Database } from 'better-sqlite3'
import type { Device } from '../../common/rpc/records.ts'
import type { MeasuredSpeed } from '../../common/sweep/forecast.ts'

/** Training speeds seen on this workspace's devices. */
export class SpeedTable {
  readonly #record
  readonly #ofDevice

  constructor(db: Database) {
    // The newest epoch counts half: other programs' load comes and goes.
    this.#record = db.prepare<Record<string, unknown>>(`
      INSERT INTO speeds (kind, name, threads, precision, multiply_adds, images_per_second, measured_at)
      VALUES (@kind, @name, @threads, @precision, @multiplyAdds, @imagesPerSecond, @measuredAt)
      ON CONFLICT DO UPDATE SET images_per_second = 0.5 * images_per_second + 0.5 * excluded.images_per_second, measured_at = excluded.measured_at`)
    this.#ofDevice = db.prepare<[string, string], MeasuredSpeed>(
      'SELECT threads, precision, multiply_adds AS multiplyAdds, images_per_second AS imagesPerSecond FROM speeds WHERE kind = ? AND name = ?',
    )
  }

  record(device: Device, multiplyAdds: number, imagesPerSecond: number, measuredAt: number): void {
    this.#record.run({ ...device, multiplyAdds, imagesPerSecond, measuredAt })
  }

  ofDevice(device: Pick<Device, 'kind' | 'name'>): MeasuredSpeed[] {
    return this.#ofDevice.all(device.kind, device.name)
  }
}
