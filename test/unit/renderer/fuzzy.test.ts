import { expect, it } from 'vitest'
import { bestMatches, fuzzyScore } from '../../../src/renderer/src/features/palette/fuzzy.ts'

const best = (query: string, texts: string[]): string | undefined => bestMatches(query, texts, (text) => text, (text) => text, 1)[0]

it('letters must occur, in order', () => {
  expect(fuzzyScore('dsgn', 'Design')).not.toBeNull()
  expect(fuzzyScore('ngd', 'Design')).toBeNull()
  expect(fuzzyScore('', 'anything')).toBe(0)
})

it('starts of words and whole words win over letters strewn about', () => {
  expect(best('que', ['unique name', 'Queue', 'request'])).toBe('Queue')
  expect(best('res56', ['run 5 of 60', '12 residual-56 A, seed 1'])).toBe('12 residual-56 A, seed 1')
  expect(best('stop ep', ['Stop the engine after this epoch', 'Settings of people'])).toBe('Stop the engine after this epoch')
})

it('a name counts more than the words around it', () => {
  const items = [{ name: 'Table 6', words: 'Table 6 ResNet-20' }, { name: 'Resume the queue', words: 'Resume the queue Action' }]
  expect(bestMatches('res', items, (one) => one.name, (one) => one.words, 1)[0]?.name).toBe('Resume the queue')
})

it('without a query everything stays in its order', () => {
  expect(bestMatches(' ', ['b', 'a', 'c'], (text) => text, (text) => text, 2)).toEqual(['b', 'a'])
})

it('ten thousand runs are searched within a keystroke', () => {
  const runs = Array.from({ length: 10_000 }, (_, index) => `${index} residual-${6 * (index % 200) + 2} A, seed ${index % 5} finished, 8.75 % test error, Depth x shortcut Run`)
  const startedAt = performance.now()
  expect(bestMatches('residual-110 seed 3', runs, (text) => text, (text) => text, 60)).toHaveLength(60)
  expect(performance.now() - startedAt).toBeLessThan(500)
})
