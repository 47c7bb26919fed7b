import { expect, it } from 'vitest'
import type { RunSummary } from '../../../src/common/rpc/records.ts'
import { unpackRuns } from '../../../src/common/rpc/run-list.ts'
import { columns } from '../../../src/renderer/src/features/runs/columns.ts'
import { sortRuns } from '../../../src/renderer/src/features/runs/run-rows.ts'
import { settingsDifference } from '../../../src/renderer/src/features/runs/settings-difference.ts'
import { roundUp } from '../../../src/renderer/src/ui/chart/round-up.ts'
import { FakeEngine } from '../../fixtures/fake-engine.ts'

async function runs(): Promise<RunSummary[]> {
  const engine = new FakeEngine(1000)
  const client = engine.client()
  await client.call('sweeps.queue', { sweep: { name: 'test', dataset: 'shapes-10', recipe: 'demo', families: ['plain', 'residual'], n: [1, 2], seeds: 1 } })
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
  expect(settingsDifference([first!, second!])).toEqual([{ name: 'family', values: ['plain', 'residual'] }])
  expect(settingsDifference([first!, first!])).toEqual([])
})

it('an axis ends where people would end it', () => {
  expect([0, 0.37, 1, 2.35, 73, 1200].map(roundUp)).toEqual([1, 0.4, 1, 2.5, 80, 1500])
})
