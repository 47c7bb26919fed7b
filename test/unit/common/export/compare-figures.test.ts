import { expect, it } from 'vitest'
import { rateMaps } from '../../../../src/common/analysis/rate-map.ts'
import { reachedByNetwork } from '../../../../src/common/analysis/time-to-error.ts'
import { depthLaws } from '../../../../src/common/effects/depth-law.ts'
import { effectTable } from '../../../../src/common/effects/effect-table.ts'
import { errorGrid, interactions } from '../../../../src/common/effects/interaction.ts'
import { effectsCsv, interactionsCsv, lawsCsv, rateMapsCsv, reachCsv } from '../../../../src/common/export/compare-csv.ts'
import { effectsFigure } from '../../../../src/common/export/effects-figure.ts'
import { rateMapFigure, variantMapFigure } from '../../../../src/common/export/error-map-figure.ts'
import { figureSchema } from '../../../../src/common/export/figure.ts'
import { mapFigureSchema } from '../../../../src/common/export/map-figure.ts'
import { reachFigure } from '../../../../src/common/export/reach-figure.ts'
import { sampleRun } from '../../../fixtures/sample-runs.ts'

const errors = { plain: { 3: 0.09, 5: 0.1, 9: 0.14 }, residual: { 3: 0.088, 5: 0.08, 9: 0.07 } } as const
const runs = (['plain', 'residual'] as const).flatMap((family) =>
  ([3, 5, 9] as const).flatMap((n) =>
    [1, 2, 3].map((seed) => {
      const test = errors[family][n] + 0.002 * ((seed * n) % 4)
      return sampleRun({ family, n, seed, train: test / 2, test }).summary
    }),
  ),
)
const rated = [0.01, 0.1].flatMap((learningRate) =>
  runs.map((run) => ({
    ...run,
    settingsHash: `${run.settingsHash} ${learningRate}`,
    settings: { ...run.settings, recipe: { ...run.settings.recipe, learningRate } },
  })),
)
const comparisons = effectTable('cifar10', runs)
const rowsOf = (text: string): string[][] =>
  text
    .trimEnd()
    .split('\r\n')
    .map((line) => line.split(','))

it('comparisons are a figure with a row each: the difference, its interval, its name beside it, and zero', () => {
  const figure = figureSchema.parse(effectsFigure(comparisons))
  const [panel] = figure.panels
  expect(panel!.levels.map(({ label }) => label)).toEqual(comparisons.effects.map(({ name }) => name))
  expect(panel!.verticals).toEqual([{ x: 0, label: null }])
  const marks = panel!.lines.filter(({ dots }) => dots)
  expect(marks.map(({ x }) => x[0])).toEqual(comparisons.effects.map(({ difference }) => expect.closeTo(100 * difference, 5) as number))
  for (const { difference, interval } of comparisons.effects) {
    expect(figure.x.min).toBeLessThan(100 * (difference - (interval ?? 0)))
    expect(figure.x.max).toBeGreaterThan(100 * (difference + (interval ?? 0)))
  }
  expect(effectsFigure({ ...comparisons, effects: [] })).toBeNull()
})

it('errors by variant and depth, and by learning rate and depth, are heat maps whose cells are named', () => {
  const variants = mapFigureSchema.parse(variantMapFigure(errorGrid(runs, 'test'), 'test', ''))
  expect(variants.panels[0]!.y.ticks!.map(({ label }) => label)).toEqual(['residual A', 'plain'])
  expect(variants.panels[0]!.x.ticks!.map(({ label }) => label)).toEqual(['20', '32', '56'])
  expect(variants.panels[0]!.values[1]![2]).toBeGreaterThan(variants.panels[0]!.values[0]![2]!)
  const rates = mapFigureSchema.parse(rateMapFigure(rateMaps(rated, 'test'), 'test'))
  expect(rates.panels.map(({ y }) => y.ticks!.map(({ label }) => label))).toEqual([
    ['0.01', '0.1'],
    ['0.01', '0.1'],
  ])
  expect(rateMapFigure([], 'test')).toBeNull()
})

it('times to an error are lines over depth, without the networks that did not come to it', () => {
  const reached = runs.map(({ id, settings }, index) =>
    settings.network.family === 'plain' && index > 5
      ? { runId: id, epoch: null, iterations: null, trainedMs: null }
      : { runId: id, epoch: 10, iterations: 3510 + index, trainedMs: 3_600_000 },
  )
  const experiments = [{ label: 'cifar10', networks: reachedByNetwork(runs, reached) }]
  const figure = figureSchema.parse(reachFigure(experiments, 'iterations', 'test error of at most 10 %'))
  expect(figure.panels[0]!.lines.filter(({ dots }) => !dots).map(({ endLabel, x }) => [endLabel, x])).toEqual([
    ['plain', [20, 32]],
    ['residual A', [20, 32, 56]],
  ])
  expect(reachFigure([{ label: '', networks: [] }], 'hours', '')).toBeNull()
  const [head, ...rows] = rowsOf(reachCsv(experiments, 'test', 0.1))
  expect(rows).toHaveLength(6)
  expect(rows.at(-1)![head!.indexOf('iterations_mean')]).toBe('3526')
})

it('comparisons are tables of fractions as CSV, each row as long as the head', () => {
  const texts = [
    effectsCsv([comparisons]),
    interactionsCsv([{ label: 'cifar10', interactions: interactions(runs, 'test') }], 'test'),
    lawsCsv([{ label: 'cifar10', laws: depthLaws(runs, 'test') }], 'test'),
    rateMapsCsv(rateMaps(rated, 'test'), 'test'),
  ]
  for (const text of texts) {
    const plain = text.replaceAll(/"[^"]*"/g, 'quoted')
    const [head, ...rows] = rowsOf(plain)
    expect(rows.length).toBeGreaterThan(0)
    for (const row of rows) expect(row).toHaveLength(head!.length)
  }
  expect(texts[0]).toContain('difference,interval_low,interval_high')
})
