import { describe, expect, it } from 'vitest'
import { depthFigure, depthPicture } from '../../../../src/common/export/depth-figure.ts'
import { figureSchema } from '../../../../src/common/export/figure.ts'
import { sampleRun } from '../../../fixtures/sample-runs.ts'

const runs = [
  sampleRun({ family: 'plain', n: 3, seed: 1, train: 0.02, test: 0.08 }),
  sampleRun({ family: 'plain', n: 3, seed: 2, train: 0.04, test: 0.1 }),
  sampleRun({ family: 'plain', n: 9, train: 0.08, test: 0.13 }),
  sampleRun({ family: 'residual', n: 3, train: 0.02, test: 0.085 }),
  sampleRun({ family: 'residual', n: 9, train: 0.01, test: 0.07, state: 'running' }),
].map((run) => run.summary)

describe('error against depth', () => {
  it('error against depth is the mean of seeds with their spread, by variant, of finished runs only', () => {
    const [training] = depthPicture(runs, false)!.panels
    expect(training!.lines.map((line) => [line.variant, line.points.map((point) => point.layers)])).toEqual([
      ['plain', [20, 56]],
      ['residual A', [20]],
    ])
    const [both, one] = training!.lines[0]!.points
    expect(both!.error).toBeCloseTo(3)
    expect(both!.std).toBeCloseTo(Math.SQRT2)
    expect(one!.std).toBeNull()
  })

  it('error against depth shows the paper’s values at the depths that were trained, on its own data set only', () => {
    expect(
      depthPicture(runs, true)!.published.map(({ label, points }) => [label, points.map(({ layers, error }) => [layers, error])]),
    ).toEqual([
      [
        'paper, plain †',
        [
          [20, 9.5],
          [56, 13.5],
        ],
      ],
      ['paper, residual A †', [[20, 8.75]]],
    ])
    expect(depthPicture(runs, false)!.published).toEqual([])
    expect(
      depthPicture([sampleRun({ family: 'plain', n: 3, train: 0, test: 0.1, dataset: 'shapes-10' }).summary], true)!.published,
    ).toEqual([])
  })

  it('error against depth has no picture before a run has finished', () => {
    expect(depthPicture([sampleRun({ family: 'plain', n: 3, train: 0.1, test: 0.1, state: 'running' }).summary], true)).toBeNull()
  })

  it('error against depth turns to a logarithmic axis when depths are as far apart as 20 and 1202', () => {
    const deep = sampleRun({ family: 'residual', n: 200, train: 0.001, test: 0.08 }).summary
    expect(depthPicture(runs, false)!.logarithmic).toBe(false)
    expect(depthPicture(runs, false)!.top, 'a round end above 13 %').toBe(15)
    expect(depthPicture([...runs, deep], false)).toMatchObject({ logarithmic: true, layers: [20, 56, 1202] })
  })

  it('error against depth is a figure with a bar for each spread, ticks at depths and each variant named', () => {
    const figure = figureSchema.parse(depthFigure(depthPicture(runs, true)!, { width: 692, title: null }))
    expect(figure.x.ticks).toEqual([20, 56])
    const [training, test] = figure.panels
    expect(training!.lines.flatMap((line) => line.endLabel ?? [])).toEqual(['plain', 'residual A'])
    expect(test!.lines.flatMap((line) => line.endLabel ?? [])).toEqual(['paper, plain †', 'paper, residual A †', 'plain', 'residual A'])
    expect(
      training!.lines.filter(({ bandAs, band }) => band && bandAs === 'bars').map(({ band }) => band!.high[1]),
      'one seed has none',
    ).toEqual([null])
  })
})
