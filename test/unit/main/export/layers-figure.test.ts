import { describe, expect, it } from 'vitest'
import { layersFigure, layersPicture } from '../../../../src/main/export/layers-figure.ts'
import { figureRuns } from '../../../fixtures/figure-runs.ts'
import { sampleRun } from '../../../fixtures/sample-runs.ts'
import { parseSvg, pointCount } from '../../../support/drawn-svg.ts'

describe('the layers figure', () => {
  it('sets plain beside residual on the same axes, a line a depth, the lower row sorted downwards', () => {
    const { all, texts } = parseSvg(layersFigure(figureRuns, { width: 760, title: null }))
    for (const text of ['plain', 'residual, shortcut A']) expect(texts.filter((one) => one === text)).toHaveLength(1)
    const paths = all('[aria-label="line"] path')
    expect(paths).toHaveLength(8)
    expect(paths.map(pointCount).sort((a, b) => a - b)).toEqual([19, 19, 19, 19, 55, 55, 55, 55])
    const heights = (paths.at(-1)!.getAttribute('d') ?? '')
      .slice(1)
      .split('L')
      .map((pair) => Number(pair.split(',')[1]))
    expect(heights).toEqual([...heights].sort((a, b) => a - b))
  })

  it('draws the mean over seeds with a band of one standard deviation, which goes along when layers are sorted', () => {
    const seeds = [1, 2, 3].map((seed) => sampleRun({ family: 'plain', n: 3, seed, train: 0.03, test: 0.09 }))
    const { all, texts } = parseSvg(layersFigure(seeds, { width: 760, title: null }))
    expect(all('[aria-label="line"] path')).toHaveLength(2)
    expect(texts.join()).toContain('mean ± std of up to 3 seeds')
    const grown = seeds.map((run, index) => ({ ...run, statistics: run.statistics.map((one, at) => ({ ...one, std: at + index })) }))
    const { panels } = layersPicture(grown, { width: 760, title: null })
    for (const { lines } of panels) {
      const { y, band } = lines[0]!
      expect(band!.low).toEqual(y.map((value) => value! - 1))
      expect(band!.high).toEqual(y.map((value) => value! + 1))
    }
    expect(layersPicture([grown[0]!], { width: 760, title: null }).panels[0]!.lines[0]!.band, 'of one seed').toBeNull()
  })

  it('keeps a linear axis where seeds alone differ: a band that comes near zero makes no value a hundredth of others', () => {
    const seeds = [1, 2].map((seed) => sampleRun({ family: 'plain', n: 3, seed, train: 0.03, test: 0.09 }))
    const apart = seeds.map((run, index) => ({ ...run, statistics: run.statistics.map((one) => ({ ...one, std: index ? 4 : 0.68 })) }))
    const { y, panels } = layersPicture(apart, { width: 760, title: null })
    expect(panels[0]!.lines[0]!.band!.low[0]).toBeCloseTo(2.34 - 3.32 / Math.SQRT2, 3)
    expect([y.logarithmic ?? false, y.min]).toEqual([false, 0])
  })

  it('uses its plot: values between 0.8 and 1 do not lie in the upper fifth of it', () => {
    const high = [sampleRun({ family: 'plain', n: 3, train: 0.03, test: 0.09 })].map((run) => ({
      ...run,
      statistics: run.statistics.map((one, index) => ({ ...one, std: 0.8 + (0.2 * index) / 18 })),
    }))
    const { all } = parseSvg(layersFigure(high, { width: 760, title: null }))
    const heights = (all('[aria-label="line"] path')[0]!.getAttribute('d') ?? '')
      .slice(1)
      .split('L')
      .map((pair) => Number(pair.split(',')[1]))
    const frame = all('[aria-label="frame"]')[0]!
    expect(Math.max(...heights) - Math.min(...heights)).toBeGreaterThan(0.8 * Number(frame.getAttribute('height')))
  })
})
