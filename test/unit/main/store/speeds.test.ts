import type { Device } from '../../../../src/common/device.ts'
import { beforeEach, describe, expect, it } from 'vitest'
import type { MeasuredSpeed } from '../../../../src/common/sweep/forecast.ts'
import { Store } from '../../../../src/main/store/store.ts'
import { newRun } from '../../../support/new-run.ts'

const device: Device = { kind: 'cpu', name: 'CPU', threads: 1, precision: 'bf16' }
const speed = (imagesPerSecond: number, source: MeasuredSpeed['source'] = 'epochs', startMs: number | null = null) => ({
  multiplyAdds: 40e6,
  batchSize: 128,
  imagesPerSecond,
  startMs,
  source,
})

let store = new Store(':memory:')
beforeEach(() => {
  store = new Store(':memory:')
})
const known = () => store.speeds.ofDevice(device).map(({ imagesPerSecond, source, startMs }) => ({ imagesPerSecond, source, startMs }))

describe('measured speeds', () => {
  it('measured speeds move towards the newest epoch', () => {
    store.speeds.record(device, speed(100), 1)
    store.speeds.record(device, speed(200), 2)
    expect(store.speeds.ofDevice(device)).toEqual([{ threads: 1, precision: 'bf16', ...speed(150) }])
    expect(store.speeds.ofDevice({ kind: 'cpu', name: 'another' })).toEqual([])
  })

  it('measured speeds of real epochs replace those of a first epoch, and these a speed test’s; never the other way round', () => {
    store.speeds.record(device, speed(300, 'speed-test', 4000), 1)
    store.speeds.record(device, speed(100, 'first-epoch'), 2)
    expect(known()).toEqual([{ imagesPerSecond: 100, source: 'first-epoch', startMs: 4000 }])
    store.speeds.record(device, speed(200), 3)
    store.speeds.record(device, speed(50, 'first-epoch'), 4)
    store.speeds.record(device, speed(300, 'speed-test', 9000), 5)
    expect(known()).toEqual([{ imagesPerSecond: 200, source: 'epochs', startMs: 4000 }])
  })

  it('measured speeds are kept apart by batch size', () => {
    store.speeds.record(device, speed(100), 1)
    store.speeds.record(device, { ...speed(80), batchSize: 32 }, 1)
    expect(known()).toHaveLength(2)
  })

  it('measured speeds carry what a run takes beside its epochs', () => {
    store.speeds.record(device, speed(100), 1)
    store.speeds.recordStart(device, { multiplyAdds: 40e6, batchSize: 128 }, 2000)
    store.speeds.recordStart(device, { multiplyAdds: 40e6, batchSize: 128 }, 4000)
    expect(known()).toEqual([{ imagesPerSecond: 100, source: 'epochs', startMs: 3000 }])
  })
})

describe('forecasts', () => {
  it('forecasts count once their run has come through', () => {
    const [first, second] = [store.runs.insert(newRun()), store.runs.insert(newRun())]
    store.speeds.insertForecast(first, 1000, 0.5, 1)
    store.speeds.insertForecast(second, 2000, 0, 2)
    expect(store.speeds.outcomes()).toEqual([])
    store.speeds.setOutcome(first, 1300)
    expect(store.speeds.outcomes()).toEqual([{ forecastMs: 1000, distance: 0.5, measuredMs: 1300 }])
  })
})
