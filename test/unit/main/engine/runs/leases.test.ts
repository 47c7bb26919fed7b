import { beforeEach, describe, expect, it } from 'vitest'
import { Leases, leaseFor, leaseMs, startGraceMs } from '../../../../../src/main/engine/runs/leases.ts'

let now = 0
let leases = new Leases(() => now)
/** Time goes by with the engine awake: it looks at the leases each second. */
function pass(ms: number): number[] {
  const expired = new Set<number>()
  for (let passed = 0; passed < ms; passed += 1000) {
    now += 1000
    for (const runId of leases.expired()) expired.add(runId)
  }
  return [...expired]
}

beforeEach(() => {
  now = 1_000
  leases = new Leases(() => now)
})

describe('the lease of a worker', () => {
  it('lasts over the start and then for 30 seconds of silence', () => {
    leases.grant(1, leaseMs)
    expect(pass(leaseMs + startGraceMs)).toEqual([])
    expect(pass(2_000)).toEqual([1])
  })

  it('is renewed by every message of the worker', () => {
    leases.grant(1, leaseMs)
    leases.renew(1)
    for (let beat = 0; beat < 20; beat++) {
      expect(pass(25_000)).toEqual([])
      leases.renew(1)
    }
    expect(pass(32_000)).toEqual([1])
  })

  it('does not expire because the machine slept', () => {
    leases.grant(1, leaseMs)
    leases.renew(1)
    now += 8 * 3600_000
    expect(leases.expired()).toEqual([])
    expect(pass(20_000)).toEqual([])
    expect(pass(12_000)).toEqual([1])
  })

  it('lasts through a silence that the worker foretold, until it says otherwise', () => {
    leases.grant(1, leaseMs)
    leases.allowSilence(1, 120_000)
    leases.renew(1)
    expect(pass(118_000)).toEqual([])
    leases.allowSilence(1, 0)
    expect(pass(32_000)).toEqual([1])
  })

  it('ends when it is given back', () => {
    leases.grant(1, leaseMs)
    leases.release(1)
    expect(pass(500_000)).toEqual([])
  })

  it('is longer where steps are long', () => {
    expect(leaseFor(0)).toBe(30_000)
    expect(leaseFor(128 * 2.9e9)).toBeGreaterThan(120_000)
  })
})
