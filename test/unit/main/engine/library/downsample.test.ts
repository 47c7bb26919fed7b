import { describe, expect, it } from 'vitest'
import { smoothSteps, thinSteps } from '../../../../../src/main/engine/library/downsample.ts'
import type { StepSample } from '../../../../../src/common/records/records.ts'

const series = (losses: readonly (number | null)[]): StepSample[] =>
  losses.map((loss, index) => ({ step: index + 1, loss, gradientNorm: 1, learningRate: 0.1 }))
const wave = series(Array.from({ length: 10_000 }, (_, index) => 2 + Math.sin(index / 50)))

describe('a thinned series', () => {
  it('a thinned series stays as it is when it is short', () => {
    expect(thinSteps(wave.slice(0, 50), 100, 'loss')).toEqual(wave.slice(0, 50))
  })

  it('a thinned series keeps to the number of points asked for, in order, with both ends', () => {
    const thin = thinSteps(wave, 200, 'loss')
    expect(thin.length).toBeLessThanOrEqual(200)
    expect(thin.length).toBeGreaterThan(100)
    expect(thin.map(({ step }) => step)).toEqual(thin.map(({ step }) => step).sort((a, b) => a - b))
    expect([thin[0]?.step, thin.at(-1)?.step]).toEqual([1, 10_000])
  })

  it('a thinned series keeps a single spike and a single dip', () => {
    const losses = wave.map(({ loss }) => loss)
    losses[4321] = 99
    losses[6543] = -1
    const kept = thinSteps(series(losses), 100, 'loss').map(({ loss }) => loss)
    expect(kept).toContain(99)
    expect(kept).toContain(-1)
  })

  it('a thinned series keeps every sample that is not a number', () => {
    const losses = wave.map(({ loss }, index) => (index % 1000 === 7 ? null : loss))
    expect(thinSteps(series(losses), 50, 'loss').filter(({ loss }) => loss === null)).toHaveLength(10)
  })

  it('a thinned series keeps the extremes of the metric that is drawn', () => {
    const samples = wave.map((sample, index) => ({ ...sample, gradientNorm: index === 5432 ? 77 : index === 2345 ? null : 1 }))
    const kept = thinSteps(samples, 50, 'gradientNorm').map(({ gradientNorm }) => gradientNorm)
    expect(kept).toContain(77)
    expect(kept).toContain(null)
  })
})

describe('a smoothed series', () => {
  it('a smoothed series averages the metric over all samples, leaves the other and what is not a number', () => {
    const samples = series([2, 4, null, 4])
    const smoothed = smoothSteps(samples, 'loss', 0.5)
    expect(smoothed.map(({ loss }) => loss)).toEqual([2, (0.5 * 1 + 0.5 * 4) / 0.75, null, (0.5 * 2.5 + 0.5 * 4) / 0.875])
    expect(smoothed.map(({ gradientNorm }) => gradientNorm)).toEqual([1, 1, 1, 1])
  })
})
