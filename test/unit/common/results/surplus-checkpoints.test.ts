import { expect, it } from 'vitest'
import { surplusCheckpoints } from '../../../../src/common/results/surplus-checkpoints.ts'

const checkpoint = (file: string, error: number | null, rejected: string | null = null) => ({ file, error, rejected })
const names = (all: readonly { file: string }[]): string => all.map(({ file }) => file).join()

it('the last and the best checkpoint stay, of equally good ones the first', () => {
  const newestFirst = [checkpoint('d', 0.3), checkpoint('c', 0.2), checkpoint('b', 0.1), checkpoint('a', 0.1)]
  const { kept, surplus } = surplusCheckpoints(newestFirst)
  expect([names(kept), names(surplus)]).toEqual(['d,a', 'c,b'])
})

it('the last checkpoint stays alone where it is the best too, or where none was evaluated', () => {
  expect(names(surplusCheckpoints([checkpoint('b', 0.1), checkpoint('a', 0.2)]).kept)).toBe('b')
  expect(names(surplusCheckpoints([checkpoint('b', null), checkpoint('a', null)]).kept)).toBe('b')
  expect(surplusCheckpoints([])).toEqual({ kept: [], surplus: [] })
})

it('the last checkpoint of an epoch stays beside a later one within an epoch', () => {
  const newestFirst = [checkpoint('d', null), checkpoint('c', 0.3), checkpoint('b', 0.2), checkpoint('a', 0.1)]
  expect(names(surplusCheckpoints(newestFirst).surplus)).toBe('b')
})

it('damaged checkpoints are surplus, and none of them counts as the last or the best', () => {
  const { kept, surplus } = surplusCheckpoints([checkpoint('c', 0.01, 'changed'), checkpoint('b', 0.3), checkpoint('a', 0.4)])
  expect([names(kept), names(surplus)]).toEqual(['b', 'c,a'])
})
