import { describe, expect, it } from 'vitest'
import { nOfDepth } from '../../../../src/common/network/architectures/cifar.ts'
import { depthOf } from '../../../../src/common/network/design.ts'
import { curvesFigure } from '../../../../src/main/export/curves-figure.ts'
import { curvesOptions, figureRuns } from '../../../fixtures/figure-runs.ts'
import { sampleRun } from '../../../fixtures/sample-runs.ts'
import { parseSvg, pointCount } from '../../../support/drawn-svg.ts'

describe('the curves figure', () => {
  it('draws each network’s training error dashed and its test error solid, with a point an epoch', () => {
    const { lines } = parseSvg(curvesFigure(figureRuns, curvesOptions))
    expect(lines(true)).toHaveLength(4)
    expect(lines(false)).toHaveLength(4)
    for (const path of [...lines(true), ...lines(false)]) expect(pointCount(path)).toBe(30)
  })

  it('gives a depth the same colour in both panels, and other depths another', () => {
    const { lines } = parseSvg(curvesFigure(figureRuns, curvesOptions))
    const colours = lines(false).map((path) => path.closest('[stroke]')?.getAttribute('stroke'))
    expect(new Set(colours).size).toBe(2)
    expect(colours.filter((colour) => colour === colours[0])).toHaveLength(2)
  })

  it('names panels, axes and line ends', () => {
    const { texts } = parseSvg(curvesFigure(figureRuns, curvesOptions))
    for (const text of ['plain', 'residual, shortcut A', 'error, %', 'epoch', 'learning rate ÷10']) expect(texts).toContain(text)
    expect(texts.filter((text) => text === '56 layers')).toHaveLength(2)
  })

  it('counts iterations in thousands when asked', () => {
    expect(parseSvg(curvesFigure(figureRuns, { ...curvesOptions, x: 'iterations' })).texts).toContain('iterations, ×1000')
  })

  it('names the band over seeds, and has none for single seeds', () => {
    const seeds = figureRuns.flatMap((run) => {
      const { network } = run.summary.settings
      const last = run.summary.lastEpoch!
      return [
        run,
        sampleRun({
          family: network.family,
          n: nOfDepth(depthOf(network))!,
          seed: 2,
          train: last.results.train.topOneError + 0.01,
          test: last.results.test.topOneError + 0.01,
        }),
      ]
    })
    const { texts, lines } = parseSvg(curvesFigure(seeds, curvesOptions))
    expect(texts).toContain('test error, mean ± std of 2 seeds')
    expect(lines(false)).toHaveLength(4)
    expect(parseSvg(curvesFigure(figureRuns, curvesOptions)).texts.join()).not.toContain('±')
  })

  it('holds the bands of the later half of training whole', () => {
    const wide = [0.05, 0.55].map((test, index) => sampleRun({ family: 'plain', n: 3, seed: index + 1, train: 0.01, test }))
    const { all } = parseSvg(curvesFigure(wide, curvesOptions))
    const frame = Number(all('[aria-label="frame"]')[0]!.getAttribute('y'))
    const tops = (all('[aria-label="area"] path')[0]!.getAttribute('d') ?? '')
      .slice(1, -1)
      .split('L')
      .map((pair) => pair.split(',').map(Number))
    const later = tops.filter(([x]) => x! > tops[0]![0]! + 0.6 * (Math.max(...tops.map(([at]) => at!)) - tops[0]![0]!))
    expect(Math.min(...later.map(([, y]) => y!))).toBeGreaterThanOrEqual(frame)
  })

  it('can begin its error axis where the data do', () => {
    const bad = [sampleRun({ family: 'plain', n: 3, train: 0.5, test: 0.6, epochs: 3 })]
    const zero = (svg: string) =>
      parseSvg(svg)
        .all('[aria-label="y-axis tick label"] text')
        .some((text) => text.textContent === '0')
    expect(zero(curvesFigure(bad, curvesOptions))).toBe(true)
    expect(zero(curvesFigure(bad, { ...curvesOptions, fit: true }))).toBe(false)
  })

  it('shows published values in grey with their source only when asked', () => {
    expect(parseSvg(curvesFigure(figureRuns, { ...curvesOptions, published: true })).texts).toContain('56: 6.97 †, paper')
    expect(parseSvg(curvesFigure(figureRuns, curvesOptions)).texts.join()).not.toContain('6.97, paper')
  })

  it('shows no published value beside runs of other data, nor a key for one', () => {
    const shapes = [sampleRun({ family: 'residual', n: 9, train: 0.01, test: 0.07, dataset: 'shapes-10' })]
    const { texts } = parseSvg(curvesFigure(shapes, { ...curvesOptions, published: true }))
    expect(texts.join()).not.toMatch(/6\.97|published/)
  })

  it('says in its key what the dagger of published values stands for', () => {
    const { texts } = parseSvg(curvesFigure(figureRuns, { ...curvesOptions, published: true }))
    expect(texts).toContain('† recipe: epochs 30 instead of 64000 iterations')
  })

  it('marks a diverged run', () => {
    const diverged = sampleRun({ family: 'plain', n: 18, train: 0.9, test: 0.9, state: 'diverged', epochs: 30 })
    expect(parseSvg(curvesFigure([...figureRuns, diverged], curvesOptions)).texts).toContain('110 layers ×')
  })

  it('shows script in names as text', () => {
    const evil = sampleRun({ family: 'plain', n: 3, train: 0.03, test: 0.09, dataset: '<script>alert(1)</script>"&' })
    const svg = curvesFigure([evil], curvesOptions)
    expect(svg).not.toContain('<script')
    expect(parseSvg(svg).all('script')).toEqual([])
  })

  it('refuses runs without an epoch in words', () => {
    expect(() =>
      curvesFigure(
        [sampleRun({ family: 'plain', n: 3, train: 0, test: 0, epochs: 30 })].map((run) => ({ ...run, epochs: [] })),
        curvesOptions,
      ),
    ).toThrow(/no curve to draw/)
  })
})
