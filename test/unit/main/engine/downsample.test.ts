import { describe, expect, it } from 'vitest'
import { thinSteps } from '../../../../src/main/engine/downsample.ts'
import type { StepSample } from '../../../../src/common/rpc/records.ts'

const series = (losses: readonly (number | null)[]): StepSample[] => losses.map((loss, index) => ({ step: index + 1, loss, gradientNorm: 1, learningRate: 0.1 }))
const wave = series(Array.from({ length: 10_000 }, (_, index) => 2 + Math.sin(index / 50)))

describe('a thinned series', () => {
  it('stays as it is when it is short', () => {
    expect(thinSteps(wave.slice(0, 50), 100)).toEqual(wave.slice(0, 50))
  })

  it('keeps to the number of points asked for, in order, with both ends', () => {
    const thin = thinSteps(wave, 200)
    expect(thin.length).toBeLessThanOrEqual(200)
    expect(thin.length).toBeGreaterThan(100)
    expect(thin.map(({ step }) => step)).toEqual(thin.map(({ step }) => step).sort((a, b) => a - b))
    expect([thin[0]?.step, thin.at(-1)?.step]).toEqual([1, 10_000])
  })

  it('keeps a single spike and a single dip', () => {
    const losses = wave.map(({ loss }) => loss)
    losses[4321] = 99
    losses[6543] = -1
    const kept = thinSteps(series(losses), 100).map(({ loss }) => loss)
    expect(kept).toContain(99)
    expect(kept).toContain(-1)
  })

  it('keeps every sample that is not a number', () => {
    const losses = wave.map(({ loss }, index) => (index % 1000 === 7 ? null : loss))
    expect(thinSteps(series(losses), 50).filter(({ loss }) => loss === null)).toHaveLength(10)
  })
})
