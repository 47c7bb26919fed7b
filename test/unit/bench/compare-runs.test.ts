import { describe, expect, it } from 'vitest'
import * as bench from '../../../bench/compare-runs.ts'

type Updates = bench.Updates

function updates(change: { loss?: number; weight?: number; variance?: number; gradient?: number } = {}): Updates {
  return {
    losses: [2, 1 + (change.loss ?? 0)],
    firstGradients: new Map([['a/weights', Float32Array.of(3, 4 + (change.gradient ?? 0))]]),
    state: new Map([
      ['a/weights', Float32Array.of(1, 2 + (change.weight ?? 0))],
      ['a/running-variance', Float32Array.of(0.5, 100 + (change.variance ?? 0))],
      ['momentum/a/weights', Float32Array.of(7, 7)],
    ]),
  }
}

/** Both began with a weight of 1 and one of 0; the reference moved the second to 2. */
const start = new Map([['a/weights', Float32Array.of(1, 0)]])
const compareRuns = (run: Updates, reference: Updates) => bench.compareRuns(run, reference, start)

describe('two runs of the same updates', () => {
  it('two runs of the same updates do not deviate when they are equal', () => {
    expect(compareRuns(updates(), updates())).toEqual({ loss: 0, weight: 0, movement: 0, statistic: 0, gradient: 0 })
  })

  it('two runs of the same updates deviate relatively in losses and in the gradient’s norm, absolutely in weights', () => {
    const deviation = compareRuns(updates({ loss: 0.5, weight: -0.25, gradient: 1 }), updates())
    expect(deviation).toMatchObject({ loss: 0.5, weight: 0.25, movement: 0.125, statistic: 0 })
    expect(deviation.gradient).toBeCloseTo(0.2)
  })

  it('two runs of the same updates measure a large running variance by its own size', () => {
    expect(compareRuns(updates({ variance: 1 }), updates()).statistic).toBeCloseTo(0.01)
  })

  it('two runs of the same updates are not within any bar when a value is not a number', () => {
    expect(compareRuns(updates({ weight: Number.NaN }), updates()).weight).toBeNaN()
  })

  it('two runs of the same updates are refused when a value is missing or unknown', () => {
    const missing = updates()
    const state = new Map(missing.state)
    state.delete('a/weights')
    expect(() => compareRuns({ ...missing, state }, updates())).toThrow('a/weights')
    expect(() => compareRuns({ ...missing, state: new Map([...missing.state, ['b/weights', Float32Array.of(1)]]) }, updates())).toThrow(
      'b/weights',
    )
  })

  it('two runs of the same updates hold a gradient that is none but rounding against the norm of all', () => {
    const withZero = (value: number): Updates => {
      const all = updates()
      return { ...all, firstGradients: new Map([...all.firstGradients, ['a/bias', Float32Array.of(value)]]) }
    }
    expect(compareRuns(withZero(1e-9), withZero(1e-16)).gradient).toBeLessThan(1e-3)
    expect(compareRuns(withZero(1e-3), withZero(1e-16)).gradient).toBeGreaterThan(1)
  })
})
