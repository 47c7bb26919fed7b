import { expect, it } from 'vitest'
import { figureSchema } from '../../../src/common/export/figure.ts'
import { lineFigure } from '../../../src/main/export/line-figure.ts'
import { scatterFigure } from '../../../src/renderer/src/features/runs/scatter-figure.ts'
import { publishedPoints, runPoints } from '../../../src/renderer/src/features/runs/scatter-points.ts'
import { sampleRun } from '../../fixtures/sample-runs.ts'

const runs = [1, 2].flatMap((seed) => [
  sampleRun({ family: 'plain', n: 3, seed, train: 0.1, test: 0.1 + seed / 50 }).summary,
  sampleRun({ family: 'residual', n: 9, seed, train: 0.1, test: 0.02 }).summary,
])
const view = (logarithmic: boolean) => ({
  points: runPoints(runs, 'layers', 'test', true),
  published: publishedPoints('layers', 'test', runPoints(runs, 'layers', 'test', true)),
  xTitle: 'layers',
  yTitle: 'test error, %',
  logarithmic,
  ticks: null,
  shapeOf: ({ family }: { family: string }) => (family === 'plain' ? ('circle' as const) : ('triangle' as const)),
})

it('the scatter for print has a mark for each point, a whisker where seeds differ, and the published names', () => {
  const figure = figureSchema.parse(scatterFigure(view(false)))
  const lines = figure.panels[0]!.lines
  expect(lines.filter((line) => line.dots && line.shape !== 'cross').map((line) => [line.endLabel, line.shape, line.x[0]])).toEqual([
    ['plain-20', 'circle', 20],
    ['residual-56 A', 'triangle', 56],
  ])
  const [whisker, ...more] = lines.filter((line) => !line.dots)
  expect(more).toEqual([])
  expect(whisker?.y.map((value) => value?.toFixed(2))).toEqual(['11.59', '14.41'])
  expect(lines.filter((line) => line.shape === 'cross').map((line) => line.endLabel)).toContain('ResNet-1202')
  expect(figure.y.min).toBeCloseTo(1.24, 1)
  expect(figure.key.map(({ label, shape, vertical }) => [label, vertical ? 'upright line' : shape])).toEqual([
    ['plain', 'circle'],
    ['residual A', 'triangle'],
    ['20', 'circle'],
    ['56 layers', 'circle'],
    ['± 1 std over seeds', 'upright line'],
    ['published', 'cross'],
    ['† recipe: epochs 30 instead of 64000 iterations', null],
  ])
})

it('runs of one network that lie on each other share a name in print, and those apart have their own', () => {
  const near = [0.1, 0.101, 0.102, 0.3].map((error, seed) => sampleRun({ family: 'plain', n: 3, seed, train: 0.1, test: error }).summary)
  const { panels } = figureSchema.parse(scatterFigure({ ...view(false), points: runPoints(near, 'layers', 'test', false), published: [] }))
  expect(panels[0]!.lines.map((line) => line.endLabel ?? null).sort()).toEqual([null, null, 'plain-20', 'plain-20'])
})

it.each([false, true])('it can be drawn, logarithmic: %s', (logarithmic) => {
  const svg = lineFigure(figureSchema.parse(scatterFigure(view(logarithmic))))
  expect(svg).toContain('ResNet-1202')
  expect(svg.includes('NaN')).toBe(false)
})

it('every point has its name in print, none on another', () => {
  const many = ['plain', 'residual'].flatMap((family) =>
    [1, 2, 3, 5, 7, 9].map((n) => sampleRun({ family: family as 'plain' | 'residual', n, train: 0.1, test: 0.08 + n / 1000 }).summary),
  )
  const svg = lineFigure(
    figureSchema.parse(scatterFigure({ ...view(false), points: runPoints(many, 'layers', 'test', true), published: [] })),
  )
  for (const name of many.map((run) => run.name.replace(/,.*/, ''))) expect(svg, name).toContain(`>${name}</text>`)
  expect(svg).not.toContain('no room for')
})
