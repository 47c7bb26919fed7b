import { describe, expect, it } from 'vitest'
import { figureSchema } from '../../../../src/common/export/figure.ts'
import { layerAxis } from '../../../../src/common/analysis-figures/layer-axis.ts'
import { layerLines, layerPanels, layersAsFigure, recordedMeasures } from '../../../../src/common/analysis-figures/layer-lines.ts'
import { sampleRun } from '../../../fixtures/sample-runs.ts'

type Sample = Parameters<typeof sampleRun>[0]

function sourceOf(sample: Omit<Sample, 'train' | 'test'>, std: readonly number[]) {
  const run = sampleRun({ ...sample, train: 0.1, test: 0.2 }).summary
  return {
    run,
    history: {
      layers: std.map((_, index) => `layer${index}`),
      epochs: [1, 2],
      values: [std.map(() => 1), std].map((row) => Float64Array.from(row)),
    },
  }
}
const look = { epoch: 2, ofSeeds: true, theme: 'light' } as const
const plain = [sourceOf({ family: 'plain', n: 1, seed: 1 }, [1, 3, 2]), sourceOf({ family: 'plain', n: 1, seed: 2 }, [2, 5, 2])]
const residual = sourceOf({ family: 'residual', n: 3 }, [0.5, 0.4, 0.3, 0.6])

describe('responses of layers', () => {
  it('responses of layers are means over finished seeds with a band of ± 1 std, named by their depth', () => {
    const [line, ...more] = layerLines(plain, { ...look, sorted: false })
    expect(more).toEqual([])
    expect(line).toMatchObject({ label: 'plain-8, mean of 2 seeds', endLabel: '8', runs: plain.map(({ run }) => run.id) })
    expect(line!.points.map(({ y }) => y)).toEqual([1.5, 4, 2])
    expect(line!.band!.map((half) => Number(half!.toFixed(4)))).toEqual([0.7071, 1.4142, 0])
    expect(layerLines(plain, { ...look, sorted: false, ofSeeds: false }).map(({ label, endLabel }) => [label, endLabel])).toEqual([
      ['plain-8, seed 1', '8'],
      ['plain-8, seed 2', undefined],
    ])
  })

  it('responses of layers carry their bands along when they are sorted', () => {
    const [line] = layerLines(plain, { ...look, sorted: true })
    expect(line!.points.map(({ x, y }) => [x, y])).toEqual([
      [1, 4],
      [2, 2],
      [3, 1.5],
    ])
    expect(line!.band!.map((half) => Number(half!.toFixed(4)))).toEqual([1.4142, 0, 0.7071])
  })

  it('responses of layers stand in a panel for each variant, in layer order above and sorted below', () => {
    const panels = layerPanels([...plain, residual], look)
    expect(panels.map(({ title, sorted }) => [title, sorted])).toEqual([
      ['plain', false],
      ['residual A', false],
      ['plain', true],
      ['residual A', true],
    ])
    const three = layerPanels([...plain, residual, sourceOf({ family: 'residual', n: 3, shortcut: 'B' }, [1])], look)
    expect(
      three.map(({ title, sorted }) => [title, sorted]),
      'of three each has a row',
    ).toEqual([
      ['plain', false],
      ['plain', true],
      ['residual A', false],
      ['residual A', true],
      ['residual B', false],
      ['residual B', true],
    ])
  })

  it('responses of all networks together stand in one panel, plain nets dashed and each line with its network’s name', () => {
    const panels = layerPanels([...plain, residual], { ...look, together: true })
    expect(panels.map(({ sorted }) => sorted)).toEqual([false, true])
    expect(panels[0]!.series.map(({ endLabel, dashed }) => [endLabel, dashed])).toEqual([
      ['plain-8', true],
      ['residual-20 A', false],
    ])
  })

  it('responses of layers share an axis that lies close around lines and bands, or begins at 0', () => {
    const series = layerLines(plain, { ...look, sorted: false })
    expect(layerAxis(series, [], { vertical: 'lines', logarithmic: false })).toEqual({ min: 0, max: 6, logarithmic: false })
    const alike = layerLines([sourceOf({ family: 'plain', n: 1 }, [0.93, 1.36, 1.1])], { ...look, sorted: false })
    expect(layerAxis(alike, [], { vertical: 'lines', logarithmic: false })).toEqual({ min: 0.9, max: 1.4, logarithmic: false })
    expect(layerAxis(alike, [], { vertical: 'zero', logarithmic: false })).toEqual({ min: 0, max: 1.4, logarithmic: false })
    expect(layerAxis(alike, [plain[1]!.history], { vertical: 'lines', logarithmic: false }).max, 'all epochs fit').toBe(5)
  })

  it('responses of layers are a figure of the same panels', () => {
    const figure = figureSchema.parse(
      layersAsFigure([...plain, residual], { epoch: 2, ofSeeds: true }, { min: 0, max: 6, logarithmic: false }, null),
    )
    expect(figure.panels).toHaveLength(4)
    expect(figure.panels[0]!.lines.map(({ endLabel, y }) => [endLabel, y])).toEqual([['8 layers', [1.5, 4, 2]]])
    expect([figure.x.min, figure.x.max]).toEqual([1, 4])
    expect(figure.subtitle).toBe('cifar10, cifar10-30, after epoch 2')
  })

  it('a figure of the mean says so, and names all epochs of runs that ended at others', () => {
    const short = { ...residual, history: { ...residual.history, epochs: [1], values: residual.history.values.slice(1) } }
    const seen = { epoch: 2, ofSeeds: true }
    const axis = { min: 0, max: 6, logarithmic: false }
    const figure = layersAsFigure([...plain, short], seen, axis, null, recordedMeasures.mean)
    expect(figure.subtitle).toBe('cifar10, cifar10-30, after epochs 1 to 2')
    expect(figure.y.title).toBe('mean of response')
    expect(figure.panels.map(({ xTitle }) => xTitle)).toContain('layer, sorted by mean')
  })
})
