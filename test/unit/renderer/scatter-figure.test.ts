import { expect, it } from 'vitest'
import { figureSchema } from '../../../src/common/export/figure.ts'
import { lineFigure } from '../../../src/main/export/line-figure.ts'
import { scatterFigure } from '../../../src/renderer/src/features/runs/scatter-figure.ts'
import { publishedPoints, runPoints } from '../../../src/renderer/src/features/runs/scatter-points.ts'
import { sampleRun } from '../../fixtures/sample-runs.ts'

const runs = [1, 2].flatMap((seed) => [sampleRun({ family: 'plain', n: 3, seed, train: 0.1, test: 0.1 + seed / 50 }).summary, sampleRun({ family: 'residual', n: 9, seed, train: 0.1, test: 0.02 }).summary])
const view = (logarithmic: boolean) => ({
  points: runPoints(runs, 'layers', 'test', true),
  published: publishedPoints('layers'),
  xTitle: 'layers',
  yTitle: 'test error, %',
  logarithmic,
  ticks: null,
  shapeOf: ({ family }: { family: string }) => (family === 'plain' ? ('circle' as const) : ('triangle' as const)),
})

it('the scatter for print has a mark for each point, a whisker where seeds differ, and the published names', () => {
  const figure = figureSchema.parse(scatterFigure(view(false)))
  const lines = figure.panels[0]!.lines
  expect(lines.filter((line) => line.dots && line.shape !== 'cross').map((line) => [line.endLabel, line.shape, line.x[0]])).toEqual([['plain-20', 'circle', 20], ['residual-56 A', 'triangle', 56]])
  const [whisker, ...more] = lines.filter((line) => !line.dots)
  expect(more).toEqual([])
  expect(whisker?.y.map((value) => value?.toFixed(2))).toEqual(['11.59', '14.41'])
  expect(lines.filter((line) => line.shape === 'cross').map((line) => line.endLabel)).toContain('ResNet-1202')
  expect([figure.subtitle, figure.y.min]).toEqual(['circle: plain, triangle: residual A; colour: layers, dark is deep; ± 1 std over seeds; cross: published', expect.closeTo(1.24, 1)])
})

it('names that would lie on each other are left out of the print', () => {
  const near = [0.1, 0.101, 0.102, 0.3].map((error, seed) => sampleRun({ family: 'plain', n: 3, seed, train: 0.1, test: error }).summary)
  const { panels } = figureSchema.parse(scatterFigure({ ...view(false), points: runPoints(near, 'layers', 'test', false), published: [] }))
  expect(panels[0]!.lines.map((line) => line.endLabel ?? null).sort()).toEqual([null, null, 'plain-20', 'plain-20'])
})

it.each([false, true])('it can be drawn, logarithmic: %s', (logarithmic) => {
  const svg = lineFigure(figureSchema.parse(scatterFigure(view(logarithmic))))
  expect(svg).toContain('ResNet-1202')
  expect(svg.includes('NaN')).toBe(false)
})
