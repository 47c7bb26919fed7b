import { expect, it } from 'vitest'
import type { RunSummary } from '../../../../src/common/records/records.ts'
import { packRuns, runListSchema, unpackRuns } from '../../../../src/common/rpc/run-list.ts'
import { Store } from '../../../../src/main/store/store.ts'
import { newRun, settingsOf } from '../../../support/new-run.ts'

/** Two nets with two seeds each, as the store returns them. */
function fourRuns(): RunSummary[] {
  const store = new Store(':memory:')
  for (const family of ['plain', 'residual'] as const)
    for (const seed of [1, 2]) store.runs.insert(newRun({ settings: settingsOf({ family, seed }) }))
  const { runs } = store.runs.list({}, 0, 10)
  const device = { kind: 'cpu', name: 'Some CPU', threads: 2, precision: 'bf16' } as const
  return runs.map((run) => ({ ...run, device: run.id === 1 ? null : { ...device } }))
}

it('a list of runs crosses the wire as it was', () => {
  const runs = fourRuns()
  const crossed = runListSchema.parse(JSON.parse(JSON.stringify(packRuns(runs, 7))))
  expect(crossed.total).toBe(7)
  expect(unpackRuns(crossed)).toEqual(runs)
})

it('what runs share is sent once, and is one object for all of them', () => {
  const list = packRuns(fourRuns(), 4)
  expect([list.networks, list.datasets, list.recipes, list.devices].map((each) => each.length)).toEqual([2, 1, 1, 1])
  const [first, , third] = unpackRuns(list)
  expect(first!.settings.recipe).toBe(third!.settings.recipe)
})

it('a list that names what it does not hold is refused', () => {
  const list = packRuns(fourRuns(), 4)
  expect(() => unpackRuns({ ...list, recipes: [] })).toThrow('a list of runs names item 0 of 0')
  expect(runListSchema.safeParse({ ...list, runs: [{ ...list.runs[0], settings: {} }] }).success).toBe(false)
})
