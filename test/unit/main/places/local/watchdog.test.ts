import { beforeEach, describe, expect, it } from 'vitest'
import { Watchdog, silenceLimitFor, silenceLimitMs, startGraceMs } from '../../../../../src/main/places/local/watchdog.ts'

let now = 0
let watchdog = new Watchdog(() => now)
/** Time goes by with the engine awake: it asks the watchdog each second. */
function pass(ms: number): number[] {
  const expired = new Set<number>()
  for (let passed = 0; passed < ms; passed += 1000) {
    now += 1000
    for (const runId of watchdog.expired()) expired.add(runId)
  }
  return [...expired]
}

beforeEach(() => {
  now = 1_000
  watchdog = new Watchdog(() => now)
})

describe('the deadline of a worker', () => {
  it('the deadline of a worker lasts over the start and then for 30 seconds of silence', () => {
    watchdog.watch(1, silenceLimitMs)
    expect(pass(silenceLimitMs + startGraceMs)).toEqual([])
    expect(pass(2_000)).toEqual([1])
  })

  it('the deadline of a worker is renewed by every message of the worker', () => {
    watchdog.watch(1, silenceLimitMs)
    watchdog.renew(1)
    for (let beat = 0; beat < 20; beat++) {
      expect(pass(25_000)).toEqual([])
      watchdog.renew(1)
    }
    expect(pass(32_000)).toEqual([1])
  })

  it('the deadline of a worker does not expire because the machine slept', () => {
    watchdog.watch(1, silenceLimitMs)
    watchdog.renew(1)
    now += 8 * 3600_000
    expect(watchdog.expired()).toEqual([])
    expect(pass(20_000)).toEqual([])
    expect(pass(12_000)).toEqual([1])
  })

  it('the deadline of a worker lasts through a silence that the worker foretold, until it says otherwise', () => {
    watchdog.watch(1, silenceLimitMs)
    watchdog.allowSilence(1, 120_000)
    watchdog.renew(1)
    expect(pass(118_000)).toEqual([])
    watchdog.allowSilence(1, 0)
    expect(pass(32_000)).toEqual([1])
  })

  it('the deadline of a worker ends when it is given back', () => {
    watchdog.watch(1, silenceLimitMs)
    watchdog.release(1)
    expect(pass(500_000)).toEqual([])
  })

  it('the deadline of a worker is longer where steps are long', () => {
    expect(silenceLimitFor(0)).toBe(30_000)
    expect(silenceLimitFor(128 * 2.9e9)).toBeGreaterThan(120_000)
  })
})
