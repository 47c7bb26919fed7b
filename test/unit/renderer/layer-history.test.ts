import { describe, expect, it } from 'vitest'
import { figureSchema } from '../../../src/common/export/figure.ts'
import { layerHistoryCsv, layerHistoryFigure, layerHistoryLines } from '../../../src/renderer/src/features/layers/layer-history.ts'
import { sampleRun } from '../../fixtures/sample-runs.ts'

const shallow = sampleRun({ family: 'plain', n: 1, train: 0.1, test: 0.2 }).summary
const deep = sampleRun({ family: 'residual', n: 2, train: 0.1, test: 0.2 }).summary
const sources = [
  {
    run: shallow,
    history: {
      layers: ['conv', 'last'],
      epochs: [1, 2, 3],
      values: [
        [0.5, 1],
        [0.6, 1.1],
        [0.7, 1.2],
      ].map((row) => Float64Array.from(row)),
    },
  },
  {
    run: deep,
    history: {
      layers: ['conv', 'only here'],
      epochs: [1, 3],
      values: [
        [0.25, 9],
        [NaN, 8],
      ].map((row) => Float64Array.from(row)),
    },
  },
]

describe('the history of a layer', () => {
  it('the history of a layer is a table with a row an epoch and a column a run that has the layer', () => {
    expect(layerHistoryCsv(sources, 'conv', 'std')).toBe(
      `epoch,"run ${shallow.id}: plain-8, seed 1, std","run ${deep.id}: residual-14 A, seed 1, std"\r\n1,0.5,0.25\r\n2,0.6,\r\n3,0.7,\r\n`,
    )
    expect(layerHistoryCsv(sources, 'only here', 'std')).toBe(`epoch,"run ${deep.id}: residual-14 A, seed 1, std"\r\n1,9\r\n3,8\r\n`)
  })

  it('the history of a layer is a figure from zero up that names each line, the chosen run’s the boldest', () => {
    const figure = figureSchema.parse(layerHistoryFigure(sources, { layer: 'conv', runId: deep.id, ofSeeds: true, measure: 'std' }))
    expect(figure.panels[0]!.lines.map((line) => [line.endLabel, line.strokeWidth])).toEqual([
      ['plain-8, seed 1', 1],
      ['residual-14 A, seed 1', 2.5],
    ])
    expect([figure.y.min, figure.y.max, figure.x.max]).toEqual([0, 0.8, 3])
    expect(layerHistoryFigure(sources, { layer: 'nowhere', runId: deep.id, ofSeeds: true, measure: 'std' })).toBeNull()
  })

  it('the history of a layer is the mean over finished seeds, bold where the chosen run is one of them', () => {
    const twin = {
      run: sampleRun({ family: 'residual', n: 2, seed: 2, train: 0.1, test: 0.2 }).summary,
      history: { layers: ['conv'], epochs: [1, 2, 3], values: [[0.75], [1], [3]].map((row) => Float64Array.from(row)) },
    }
    const [first, mean, ...more] = layerHistoryLines([...sources, twin], {
      layer: 'conv',
      runId: twin.run.id,
      ofSeeds: true,
      theme: 'light',
    })
    expect(more).toEqual([])
    expect([first!.label, first!.dashed, first!.width]).toEqual(['plain-8, seed 1', true, 1])
    expect([mean!.label, mean!.dashed, mean!.width]).toEqual(['residual-14 A, mean of 2 seeds', false, 2.5])
    expect(mean!.points[0], 'epochs that both have').toEqual({ x: 1, y: 0.5 })
    expect(mean!.points.map(({ x }) => x)).toEqual([1, 3])
  })
})
