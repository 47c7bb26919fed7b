import { describe, expect, it } from 'vitest'
import { depthFigure } from '../../../../src/main/export/depth-figure.ts'
import { spread } from '../../../../src/main/export/figure-style.ts'
import { figureRuns } from '../../../fixtures/figure-runs.ts'
import { sampleRun } from '../../../fixtures/sample-runs.ts'
import { parseSvg } from '../../../support/drawn-svg.ts'

describe('the depth figure', () => {
  it('draws training and test error of both families against layers', () => {
    const { all, texts } = parseSvg(
      depthFigure(
        figureRuns.map((run) => run.summary),
        { width: 760, published: true, title: null },
      ),
    )
    for (const text of ['training error', 'test error', 'layers', 'plain', 'residual A', 'paper, residual A †', 'paper, plain †'])
      expect(texts).toContain(text)
    expect(texts).toContain('† recipe: epochs 30 instead of 64000 iterations')
    expect(all('[aria-label="dot"] circle, [aria-label="dot"] path')).toHaveLength(8 + 4)
  })

  it('the depth figure draws a law for each variant with three depths where it is asked for, and says so', () => {
    const runs = figureRuns.map((run) => run.summary)
    const deeper = (['plain', 'residual'] as const).flatMap((family) =>
      [3, 5, 9].map((n) => sampleRun({ family, n, train: 0.3 / n, test: 0.3 / n + 0.05 }).summary),
    )
    const asked = { width: 760, published: false, title: null, law: true }
    const [drawn, without] = [asked, { ...asked, law: false }].map((options) => parseSvg(depthFigure(deeper, options)))
    expect(drawn!.all('[aria-label="line"] path')).toHaveLength(without!.all('[aria-label="line"] path').length + 4)
    expect(drawn!.texts.join(' ')).toContain('fitted law')
    expect(() => depthFigure(runs, asked), 'two depths').toThrow('three depths of one variant')
  })
})

describe('labels at line ends', () => {
  it('are moved apart, keep their order and stay inside', () => {
    const places = spread([50, 51, 49, 100, 52], 13, 0, 110)
    const order = [2, 0, 1, 4, 3]
    const sorted = order.map((index) => places[index]!)
    for (let i = 1; i < sorted.length; i++) expect(sorted[i]! - sorted[i - 1]!).toBeGreaterThan(12.5)
    expect(Math.min(...places)).toBeGreaterThanOrEqual(0)
    expect(Math.max(...places)).toBeLessThanOrEqual(110)
  })
})
