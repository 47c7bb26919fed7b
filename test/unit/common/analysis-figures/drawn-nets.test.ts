import { expect, it } from 'vitest'
import { drawnNets, overSeeds } from '../../../../src/common/analysis-figures/drawn-nets.ts'
import { lesionPanels, severalLines } from '../../../../src/common/analysis-figures/lesion-lines.ts'
import { sampleRun } from '../../../fixtures/sample-runs.ts'

const error = { train: 0.1, test: 0.1 }
const runs = [
  sampleRun({ family: 'residual', n: 1, seed: 1, ...error }).summary,
  sampleRun({ family: 'residual', n: 1, seed: 2, ...error }).summary,
  sampleRun({ family: 'plain', n: 1, ...error }).summary,
]
/** Errors 0.1 apart from run to run. */
const results = [...runs, { id: 900 }].map(({ id }, index) => ({
  ...{ runId: id, images: 100, classes: 10, error: 0.1 * (index + 1), loss: 1 },
  blocks: [{ block: 'stage1.block1', position: 1, hindrance: null, error: 0.1 * (index + 2), loss: 2, broken: 1, mended: 0 }],
  several: [{ lesions: 1, errors: [0.1 * (index + 2), 0.1 * (index + 4)] }],
}))

it('finished seeds of a network are one line of an analysis, which comes apart again, and a run that is gone keeps its own', () => {
  expect(drawnNets(results, runs, true).map(({ name, endLabel }) => [name, endLabel])).toEqual([
    ['residual-8 A, mean of 2 seeds', 'residual-8 A'],
    ['plain-8, seed 1', 'plain-8'],
    ['run 900', 'run 900'],
  ])
  expect(drawnNets(results, runs, false).map(({ name, endLabel }) => [name, endLabel])).toEqual([
    ['residual-8 A, seed 1', 'residual-8 A'],
    ['residual-8 A, seed 2', undefined],
    ['plain-8, seed 1', 'plain-8'],
    ['run 900', 'run 900'],
  ])
})

it('the bars of lesions are as high as the mean over seeds, each seed has its mark, and several lesions have a band over the seeds', () => {
  const nets = drawnNets(results, runs, true)
  const [panel] = lesionPanels(nets, 'light')
  expect(panel!.note).toBe('15.00 ± 7.07 % undamaged')
  const tops = panel!.series.filter(({ dots }) => dots)
  expect(tops.map(({ points }) => points[0]!.y)).toEqual([expect.closeTo(20), expect.closeTo(30)])
  expect(panel!.series[0]!.points[1]!.y).toBeCloseTo(25)
  const [ofSeeds, single] = severalLines(nets, 'light')
  expect(ofSeeds!.points.map(({ y }) => y)).toEqual([expect.closeTo(15), expect.closeTo(35)])
  expect(ofSeeds!.band![1]).toBeCloseTo(7.071, 3)
  expect(single!.band).toEqual([null, expect.closeTo(14.142, 3)])
  expect(overSeeds({ members: [1, null] }, (value) => value)).toBeNull()
})
