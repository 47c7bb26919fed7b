import { describe, expect, it } from 'vitest'
import type { RunSummary } from '../../../src/common/records/records.ts'
import { readFilters } from '../../../src/renderer/src/features/runs/filter-choice.ts'
import { columns } from '../../../src/renderer/src/features/runs/columns.ts'
import { facetOptions, filterRuns, type RunFilters, sweepsByRun } from '../../../src/renderer/src/features/runs/run-filters.ts'
import { groupedRows, plainRows, type Row, runsInOrder } from '../../../src/renderer/src/features/runs/run-rows.ts'
import { idsText, readIds } from '../../../src/renderer/src/ui/query-text.ts'
import { publishedPoints, runPoints } from '../../../src/renderer/src/features/runs/scatter-points.ts'
import { type Sample, sampleRun } from '../../fixtures/sample-runs.ts'

const column = (key: string) => columns.find((one) => one.key === key)!
function run(sample: Partial<Sample>, changes: Partial<RunSummary> = {}): RunSummary {
  return { ...sampleRun({ family: 'plain', n: 3, train: 0.05, test: 0.1, ...sample }).summary, ...changes }
}
const ids = (runs: readonly RunSummary[]): number[] => runs.map(({ id }) => id)
/** Groups by their number of seeds, runs by their seed. */
const shape = (rows: readonly Row[]): string[] =>
  rows.map((row) => (row.kind === 'group' ? `${row.group.runs.length} seeds` : `${row.inner ? '- ' : ''}seed ${row.run.settings.seed}`))

describe('grouped runs', () => {
  const shallow = [1, 2, 3].map((seed) => run({ seed, test: 0.1 + seed / 100 }))
  const deep = [run({ n: 9, seed: 1, test: 0.08 }), run({ n: 9, seed: 2, test: 0.5, state: 'diverged' })]
  const alone = run({ family: 'residual', seed: 7, test: 0.06 })
  const all = [...shallow, ...deep, alone]

  it('grouped runs are those that differ in nothing but their seed; one alone stands for itself', () => {
    expect(shape(groupedRows(all, column('id'), false, new Set()))).toEqual(['3 seeds', '2 seeds', 'seed 7'])
  })

  it('grouped runs are not those of another data set or recipe', () => {
    expect(
      shape(
        groupedRows([shallow[0]!, run({ seed: 2, dataset: 'shapes-10' }), run({ seed: 3, epochs: 5 })], column('id'), false, new Set()),
      ),
    ).toEqual(['seed 1', 'seed 2', 'seed 3'])
  })

  it('grouped runs open to their runs, in the same order', () => {
    const [head] = groupedRows(all, column('test'), true, new Set())
    expect(shape(groupedRows(all, column('test'), true, new Set([head!.key]))).slice(0, 4)).toEqual([
      '3 seeds',
      '- seed 3',
      '- seed 2',
      '- seed 1',
    ])
  })

  it('grouped runs sort by the mean of the seeds that finished', () => {
    expect(shape(groupedRows(all, column('test'), false, new Set()))).toEqual(['seed 7', '2 seeds', '3 seeds'])
  })

  it('grouped runs tell mean and standard deviation, and how many seeds they are of', () => {
    expect([column('test').groupText(shallow), column('seed').groupText(shallow)]).toEqual(['12.00 ± 1.00', '3 seeds'])
    expect([column('test').groupText(deep), column('seed').groupText(deep)]).toEqual(['8.00', '1 of 2 seeds'])
    expect(column('test').groupText([deep[1]!])).toBe('–')
  })

  it('grouped runs do not count the same settings trained again as another seed', () => {
    const [first] = shallow
    const again = { ...first!, id: 10_000 }
    expect([column('test').groupText([first!, again]), column('seed').groupText([first!, again])]).toEqual(['11.00', '1 seed, 1 repeated'])
    expect(runPoints([first!, again], 'layers', 'test', true).map(({ spread, name, runs }) => [spread, name, runs.length])).toEqual([
      [null, 'plain-20, seed 1', 2],
    ])
  })

  it('grouped runs are exported as the table has them, each run once, whether its group is open or not', () => {
    const seeds = (open: ReadonlySet<string>) =>
      runsInOrder(groupedRows(all, column('test'), true, open), column('test'), true).map((one) => one.settings.seed)
    const [head] = groupedRows(all, column('test'), true, new Set())
    expect(seeds(new Set())).toEqual([3, 2, 1, 2, 1, 7])
    expect(seeds(new Set([head!.key]))).toEqual([3, 2, 1, 2, 1, 7])
  })

  it('grouped runs tell what they share, and all there is where they do not', () => {
    const labelled = [run({ seed: 1 }, { tags: ['a'] }), run({ seed: 2 }, { tags: ['b'] }), run({ seed: 3 })]
    expect([column('dataset').groupText(labelled), column('tags').groupText(labelled)]).toEqual(['cifar10', 'a, b'])
  })
})

describe('filters', () => {
  const starred = run({}, { starred: true, tags: ['Paper', 'deep'] })
  const archived = run({ family: 'residual' }, { archived: true })
  const diverged = run({ n: 9, state: 'diverged' }, { notes: 'Too high a rate?' })
  const all = [starred, archived, diverged]
  const sweeps = sweepsByRun([
    { id: 4, name: 'x', createdAt: 0, runIds: [starred.id], states: {} },
    { id: 5, name: 'y', createdAt: 0, runIds: [starred.id, diverged.id], states: {} },
  ])
  const found = (changes: Partial<RunFilters>) =>
    ids(filterRuns(all, { search: '', picks: {}, starred: false, archived: false, ...changes }, sweeps))

  it.each<[string, Partial<RunFilters>, RunSummary[]]>([
    ['nothing: archived runs are left out', {}, [starred, diverged]],
    ['archived: those alone', { archived: true }, [archived]],
    ['star', { starred: true }, [starred]],
    ['state', { picks: { state: new Set(['diverged', 'failed']) } }, [diverged]],
    ['depth in layers', { picks: { depth: new Set(['56']) } }, [diverged]],
    ['tag', { picks: { tag: new Set(['deep']) } }, [starred]],
    ['sweep, reused runs included', { picks: { sweep: new Set(['4']) } }, [starred]],
    ['several at once: all must hold', { picks: { sweep: new Set(['5']), state: new Set(['finished']) } }, [starred]],
    ['words of tags and notes in any case and order', { search: 'RATE too' }, [diverged]],
    ['a word that is nowhere', { search: 'paper absent' }, []],
  ])('runs are filtered by %s', (_, changes, expected) => {
    expect(found(changes)).toEqual(ids(expected))
  })

  it('filters of runs offer what there is, with its number, depths in their order', () => {
    expect(facetOptions([...all, run({ n: 18 })], 'depth', sweeps)).toEqual([
      { value: '20', count: 2 },
      { value: '56', count: 1 },
      { value: '110', count: 1 },
    ])
    expect(facetOptions(all, 'sweep', sweeps).map(({ value, count }) => [value, count])).toEqual([
      ['5', 2],
      ['4', 1],
    ])
  })

  it('filters of runs come from the address, one value or several', () => {
    expect(readFilters({ state: ['failed', 'held'], tag: 'deep', starred: '1', search: 'night' })).toEqual({
      search: 'night',
      picks: { state: new Set(['failed', 'held']), tag: new Set(['deep']) },
      starred: true,
      archived: false,
    })
    expect(readFilters({})).toEqual({ search: '', picks: {}, starred: false, archived: false })
  })
})

describe('an address', () => {
  it.each([
    [[7], '7'],
    [[9, 3, 7], '3,7,9'],
    [[1, 2], '1,2'],
    [[5, 3, 4, 9], '3-5,9'],
    [[], ''],
  ])('an address names the selected runs %j as %s, and reads them again', (selected, text) => {
    expect(idsText(selected)).toBe(text)
    expect([...readIds(text)].sort((a, b) => a - b)).toEqual([...selected].sort((a, b) => a - b))
  })

  it('an address that is wrong selects what can be read of it, and no more runs than there can be', () => {
    expect([...readIds('4,x,-3,6-5,2-3')]).toEqual([4, 2, 3])
    expect(readIds('1-999999999').size).toBe(100_000)
  })
})

describe('the scatter', () => {
  const seeds = [run({ seed: 1, test: 0.1 }), run({ seed: 2, test: 0.2 })]

  it('the scatter draws finished runs only, each for itself or as the mean of its seeds', () => {
    expect(runPoints([...seeds, run({ state: 'running' })], 'layers', 'test', false).map(({ x, y, spread }) => [x, y, spread])).toEqual([
      [20, 0.1, null],
      [20, 0.2, null],
    ])
    const [mean, ...more] = runPoints(seeds, 'parameters', 'test', true)
    expect(more).toEqual([])
    expect([mean!.x, mean!.y.toFixed(4), mean!.spread?.toFixed(4), mean!.name]).toEqual([269_722, '0.1500', '0.0707', 'plain-20, 2 seeds'])
  })

  it('the scatter shows published values where their place is known, and none against time', () => {
    const alone = runPoints([run({ n: 3 })], 'layers', 'test', false)
    expect(publishedPoints('layers', 'test', alone).find(({ name }) => name === 'ResNet-56')).toMatchObject({
      x: 56,
      y: 0.0697,
      differs: [],
    })
    expect(publishedPoints('parameters', 'test', alone).find(({ name }) => name === 'FitNet-19')?.x).toBe(2_500_000)
    expect(publishedPoints('multiplyAdds', 'test', alone).find(({ name }) => name === 'ResNet-20')?.x).toBeCloseTo(
      run({ family: 'residual' }).multiplyAdds,
    )
    expect(publishedPoints('trainedMs', 'test', alone)).toEqual([])
  })

  it('the scatter flags published values of another recipe or epoch, and takes the mean of several runs beside several seeds', () => {
    const points = (runs: RunSummary[], y: 'test' | 'best') => publishedPoints('layers', y, runPoints(runs, 'layers', y, true))
    const one = points([run({ n: 3 })], 'test')
    expect(one.map(({ name }) => name)).toEqual(expect.arrayContaining(['PlainNet-20 †', 'ResNet-110 †', 'ResNet-56']))
    expect(one.find(({ name }) => name === 'PlainNet-20 †')?.differs).toEqual(['recipe: epochs 30 instead of 64000 iterations'])
    expect(points([run({ n: 3 })], 'best').every(({ differs }) => differs.includes('measure: last epoch instead of the best'))).toBe(true)
    expect(points(seeds, 'test').find(({ name }) => name === 'ResNet-110')).toMatchObject({ y: 0.0661, differs: [] })
  })
})

it('without groups every run is a row', () => {
  expect(shape(plainRows([run({ seed: 2 }), run({ seed: 1 })], column('seed'), false))).toEqual(['seed 1', 'seed 2'])
})
