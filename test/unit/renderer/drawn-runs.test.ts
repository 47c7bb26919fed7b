import { expect, it } from 'vitest'
import type { RunState } from '../../../src/common/records/records.ts'
import { firstChoice, withBegun } from '../../../src/renderer/src/entities/run/drawn-runs.ts'
import { sampleRun } from '../../fixtures/sample-runs.ts'

function runs(states: readonly RunState[]) {
  return states.map((state, index) => ({
    ...sampleRun({ family: 'plain', n: 1, seed: index + 1, train: 0.5, test: 0.5, epochs: 1 }).summary,
    id: index + 1,
    state,
    startedAt: state === 'waiting' ? null : 1,
    finishedAt: state === 'finished' ? 100 + index : null,
  }))
}
const many = (count: number, state: RunState) => Array<RunState>(count).fill(state)

it('of a long sweep what trains is drawn first, then what has curves, then what waits', () => {
  const chosen = firstChoice(runs([...many(30, 'waiting'), ...many(5, 'finished'), 'running']))
  expect(chosen.size).toBe(24)
  for (const id of [31, 32, 33, 34, 35, 36]) expect(chosen.has(id)).toBe(true)
})

it('a run that begins to train is drawn, in place of one that only waits or ended long ago', () => {
  const waiting = runs([...many(10, 'finished'), ...many(16, 'waiting'), 'running'])
  const before = firstChoice(waiting.slice(0, 26))
  const next = withBegun(before, [27], waiting)
  expect(next.has(27)).toBe(true)
  expect(next.size).toBe(24)
  for (let id = 1; id <= 10; id++) expect(next.has(id), 'has a curve').toBe(true)

  const ended = runs([...many(24, 'finished'), 'running'])
  expect([1, 25].map((id) => withBegun(firstChoice(ended.slice(0, 24)), [25], ended).has(id))).toEqual([false, true])
})
