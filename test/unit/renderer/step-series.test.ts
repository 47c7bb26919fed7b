import { describe, expect, it } from 'vitest'
import type { StepSample } from '../../../src/common/records/records.ts'
import { EpochColumns } from '../../../src/renderer/src/features/curves/epoch-columns.ts'
import { axisUnit, axisScale } from '../../../src/renderer/src/features/curves/axis-scale.ts'
import { mergeSteps, noSteps, pointsNote } from '../../../src/renderer/src/features/curves/step-series.ts'

const samples = (...steps: number[]): StepSample[] =>
  steps.map((step) => ({ step, loss: step === 50 ? null : step / 10, gradientNorm: 1, learningRate: 0.1 }))

describe('curves of single steps', () => {
  it('curves of single steps show the finer samples inside the window and the overview’s beside it', () => {
    const merged = mergeSteps(
      { samples: samples(1, 40, 60, 100), total: 100 },
      { from: 39, to: 61, samples: samples(39, 40, 41, 50, 60, 61), total: 6 },
      'loss',
    )
    expect([...merged.steps]).toEqual([1, 39, 40, 41, 50, 60, 61, 100])
    expect(merged.values[4]).toBeNaN()
    expect(merged.window).toEqual({ from: 39, to: 61, shown: 6, total: 6 })
  })

  it('curves of single steps say how many of how many points are drawn, and when all in sight are', () => {
    const thinned = mergeSteps({ samples: samples(1, 40, 60, 100), total: 100 }, null, 'loss')
    const zoomed = mergeSteps({ samples: samples(1, 100), total: 100 }, { from: 1, to: 6, samples: samples(1, 2, 3), total: 3 }, 'loss')
    expect(pointsNote([thinned, thinned], false, String)).toBe('8 of 200 points, extremes kept')
    expect(pointsNote([zoomed], true, String)).toBe('all 3 points in sight')
    expect(pointsNote([mergeSteps({ samples: samples(1, 2), total: 2 }, null, 'loss')], false, String)).toBe('')
    expect(pointsNote([noSteps], false, String)).toBe('')
  })
})

describe('the horizontal axis', () => {
  const epochs = new EpochColumns()
  for (const [epoch, elapsedMs] of [
    [1, 60_000],
    [2, 120_000],
  ] as const) {
    epochs.put({
      epoch,
      step: epoch * 100,
      learningRate: 0.1,
      results: { train: { loss: 1, topOneError: 0.4 }, test: { loss: 1.2, topOneError: 0.3 } },
      imagesPerSecond: 700,
      elapsedMs,
      peakMemoryBytes: 5e8,
      finishedAt: 0,
    })
  }
  const run = { totalSteps: 400, totalEpochs: 4 }
  const minutes = { title: 'time, min', size: 60_000 }

  it('the horizontal axis adds the epochs’ times up, between and beyond them in proportion', () => {
    const scale = axisScale(run, epochs, 'time', minutes)
    expect([0, 50, 100, 150, 200, 300].map((step) => scale.toX(step))).toEqual([0, 0.5, 1, 2, 3, 5])
  })

  it.each(['epoch', 'step', 'time'] as const)('the horizontal axis finds the step of a place again, in %s', (axis) => {
    const scale = axisScale(run, epochs, axis, axisUnit(axis, { steps: 400, ms: 1e6 }))
    for (const step of [0, 30, 100, 170, 200, 390]) expect(scale.toStep(scale.toX(step))).toBeCloseTo(step, 9)
  })

  it('the horizontal axis counts in the unit in which the longest run has numbers of usual size', () => {
    const titles = ([steps, ms]: [number, number]): string[] =>
      (['step', 'time'] as const).map((axis) => axisUnit(axis, { steps, ms }).title)
    expect(titles([468, 18_000])).toEqual(['iteration', 'time, s'])
    expect(titles([64_000, 3_600_000])).toEqual(['iterations, ×1000', 'time, min'])
    expect(titles([64_000, 4e7])).toEqual(['iterations, ×1000', 'time, h'])
  })

  it('the horizontal axis has no time before an epoch was measured', () => {
    expect(axisScale(run, new EpochColumns(), 'time', minutes).toX(10)).toBeNaN()
  })
})
