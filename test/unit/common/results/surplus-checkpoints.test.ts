import { expect, it } from 'vitest'
import { lastAndBest, surplusCheckpoints } from '../../../../src/common/results/surplus-checkpoints.ts'

const checkpoint = (file: string, error: number | null, rejected: string | null = null, epoch = 1) => ({ file, epoch, error, rejected })
const names = (all: readonly { file: string }[]): string => all.map(({ file }) => file).join()
const none = { keepCheckpointEvery: 0 }

it('the last and the best checkpoint stay, of equally good ones the first', () => {
  const newestFirst = [checkpoint('d', 0.3), checkpoint('c', 0.2), checkpoint('b', 0.1), checkpoint('a', 0.1)]
  const { kept, surplus } = surplusCheckpoints(newestFirst, none)
  expect([names(kept), names(surplus)]).toEqual(['d,a', 'c,b'])
  const { last, best } = lastAndBest(newestFirst)
  expect([last?.file, best?.file]).toEqual(['d', 'a'])
})

it('the last checkpoint stays alone where it is the best too, or where none was evaluated', () => {
  expect(names(surplusCheckpoints([checkpoint('b', 0.1), checkpoint('a', 0.2)], none).kept)).toBe('b')
  expect(names(surplusCheckpoints([checkpoint('b', null), checkpoint('a', null)], none).kept)).toBe('b')
  expect(surplusCheckpoints([], none)).toEqual({ kept: [], surplus: [] })
})

it('the last checkpoint of an epoch stays beside a later one within an epoch', () => {
  const newestFirst = [checkpoint('d', null), checkpoint('c', 0.3), checkpoint('b', 0.2), checkpoint('a', 0.1)]
  expect(names(surplusCheckpoints(newestFirst, none).surplus)).toBe('b')
})

it('damaged checkpoints are surplus, and none of them counts as the last or the best', () => {
  const { kept, surplus } = surplusCheckpoints([checkpoint('c', 0.01, 'changed'), checkpoint('b', 0.3), checkpoint('a', 0.4)], none)
  expect([names(kept), names(surplus)]).toEqual(['b', 'c,a'])
})

it('checkpoints that the recipe keeps for good are no surplus, but damaged ones and those within an epoch are', () => {
  const newestFirst = [
    checkpoint('i', 0.1, null, 8),
    checkpoint('h', 0.2, null, 7),
    checkpoint('g', null, null, 6),
    checkpoint('f', 0.3, null, 6),
    checkpoint('e', 0.3, null, 5),
    checkpoint('d', 0.4, 'changed', 4),
    checkpoint('c', 0.5, null, 3),
    checkpoint('b', 0.6, null, 2),
    checkpoint('a', null, null, 0),
  ]
  expect(names(surplusCheckpoints(newestFirst, { keepCheckpointEvery: 2 }).kept)).toBe('i,f,b')
})
