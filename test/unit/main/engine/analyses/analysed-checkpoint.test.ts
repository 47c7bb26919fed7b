import { beforeEach, expect, it } from 'vitest'
import { analysedMembers } from '../../../../../src/main/engine/analyses/analysed-checkpoint.ts'
import { Store } from '../../../../../src/main/store/store.ts'
import { newRun } from '../../../../support/new-run.ts'

let store = new Store(':memory:')
/** Two runs that have ended, with checkpoints of other epochs each, the second one's last within an epoch. */
beforeEach(() => {
  store = new Store(':memory:')
  for (const epochs of [
    [2, 4, 5],
    [2, 3],
  ]) {
    const runId = store.runs.insert(newRun())
    for (const epoch of epochs) {
      const file = `${epoch}.safetensors`
      store.checkpoints.insert(runId, 1, { file, step: 10 * epoch, epoch, sha256: `${runId}-${epoch}`, bytes: 1, error: 1 / epoch }, [], 1)
    }
    store.runs.change(runId, { state: 'finished' })
  }
  store.checkpoints.insert(2, 1, { file: 'within', step: 35, epoch: 3, sha256: '2-within', bytes: 1, error: null }, [], 1)
})
const members = (which: Parameters<typeof analysedMembers>[2]) =>
  analysedMembers(store, [store.runs.get(1), store.runs.get(2)], which).map(({ run, checkpoint, epoch }) => [
    run.id,
    epoch,
    checkpoint?.sha256 ?? null,
  ])

it('one checkpoint of each run is a part of its own, whose epoch is not written down before the start', () => {
  expect(members('last')).toEqual([
    [1, null, '1-5'],
    [2, null, '2-3'],
  ])
  expect(members(2)).toEqual([
    [1, null, '1-2'],
    [2, null, '2-2'],
  ])
})

it('every kept checkpoint is each run’s own, from its initial weights on, and one within an epoch is none', () => {
  expect(members('every')).toEqual([
    [1, 0, null],
    [1, 2, '1-2'],
    [1, 4, '1-4'],
    [1, 5, '1-5'],
    [2, 0, null],
    [2, 2, '2-2'],
    [2, 3, '2-3'],
  ])
})

it('several epochs are those that were named, and a run that lacks one is told what it has', () => {
  expect(members([0, 2])).toEqual([
    [1, 0, null],
    [1, 2, '1-2'],
    [2, 0, null],
    [2, 2, '2-2'],
  ])
  expect(() => members([2, 4])).toThrow('Run 2 has no checkpoint of epoch 4: it has those of the epochs 2, 3')
})
