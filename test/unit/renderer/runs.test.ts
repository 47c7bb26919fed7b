import { expect, it } from 'vitest'
import type { RunSummary } from '../../../src/common/records/records.ts'
import { unpackRuns } from '../../../src/common/rpc/run-list.ts'
import { columns } from '../../../src/renderer/src/features/runs/columns.ts'
import { resultFacts } from '../../../src/renderer/src/features/runs/run-facts.ts'
import { sortRuns } from '../../../src/renderer/src/features/runs/run-rows.ts'
import { settingsDifference } from '../../../src/common/run-lines/settings-difference.ts'
import { roundUp } from '../../../src/common/chart/round-up.ts'
import { FakeEngine } from '../../fixtures/fake-engine.ts'

async function runs(): Promise<RunSummary[]> {
  const engine = new FakeEngine(1000)
  const client = engine.client()
  await client.call('sweeps.queue', {
    sweep: { name: 'test', dataset: 'shapes-10', recipe: 'demo', families: ['plain', 'residual'], n: [1, 2], seeds: 1 },
  })
  engine.tick()
  engine.tick()
  return unpackRuns(await client.call('runs.list', {}))
}
function column(key: string): (typeof columns)[number] {
  return columns.find((one) => one.key === key)!
}

it('runs without a result sort last in either direction', async () => {
  const all = await runs()
  for (const descending of [false, true]) {
    const sorted = sortRuns(all, column('test'), descending).map((run) => run.lastEpoch === null)
    expect(sorted).toEqual([...sorted].sort())
  }
})

it('sorting descending reverses what has a value', async () => {
  const all = await runs()
  expect(sortRuns(all, column('depth'), true).map((run) => run.settings.network.n)).toEqual([2, 2, 1, 1])
})

it('only settings that differ are named', async () => {
  const [first, second] = await runs()
  expect(settingsDifference([first!, second!])).toEqual([
    { name: 'family', values: ['plain', 'residual'] },
    { name: 'shortcut', values: ['none', 'A'] },
  ])
  expect(settingsDifference([first!, first!])).toEqual([])
})

it('a run tells what is known of it, seeds their mean', async () => {
  const all = await runs()
  const done = all.find((run) => run.lastEpoch)!
  const waiting = { ...done, lastEpoch: null, bestEpoch: null, trainedMs: 0, startedAt: null, finishedAt: null }
  const value = (facts: ReturnType<typeof resultFacts>, name: string) => facts.find((fact) => fact.name === name)?.value
  expect(value(resultFacts([waiting]), 'Test error, %')).toBe('–')
  expect(resultFacts([waiting]).map(({ name }) => name)).not.toContain('Images/s')
  const ofTest = (error: number) => ({ ...done.lastEpoch!.results, test: { loss: 1, topOneError: error } })
  const seeds = [0.1, 0.2].map((error) => ({
    ...done,
    settingsHash: `${error}`,
    state: 'finished' as const,
    bestEpoch: { epoch: 7, results: ofTest(error) },
    lastEpoch: { ...done.lastEpoch!, results: ofTest(error) },
  }))
  expect(value(resultFacts(seeds.slice(0, 1)), 'Best test error, %')).toBe('10.00 at epoch 7')
  expect(value(resultFacts(seeds), 'Test error, %')).toBe('15.00 ± 7.07')
  const withTopFive = seeds.map((run) => ({
    ...run,
    lastEpoch: { ...run.lastEpoch, results: { ...run.lastEpoch.results, test: { ...run.lastEpoch.results.test, topFiveError: 0.02 } } },
  }))
  expect(value(resultFacts(withTopFive.slice(0, 1)), 'Test top-5 error, %')).toBe('2.00')
  expect(value(resultFacts(seeds), 'Test top-5 error, %'), 'not measured').toBeUndefined()
  expect(
    value(resultFacts(seeds.map((run, id) => ({ ...run, id, settingsHash: 'same' }))), 'Test error, %'),
    'a repetition is no other seed',
  ).toBe('20.00')
})

it('an axis ends where people would end it', () => {
  expect([0, 0.37, 1, 2.35, 73, 1200].map(roundUp)).toEqual([1, 0.4, 1, 2.5, 80, 1500])
})
