import { expect, it } from 'vitest'
import { bestMatches, matchScore } from '../../../src/renderer/src/features/palette/word-match.ts'

const best = (query: string, texts: string[]): string | undefined =>
  bestMatches(
    query,
    texts,
    (text) => text,
    () => '',
    1,
  )[0]

it('every word of the query starts a word, is made of starts of words, or lies within one', () => {
  expect(matchScore('desi', 'Design')).not.toBeNull()
  expect(matchScore('sign', 'Design')).not.toBeNull()
  expect(matchScore('stoen', 'Stop the engine')).toBeNull()
  expect(matchScore('stopthe', 'Stop the engine')).not.toBeNull()
  expect(matchScore('res56', '12 residual-56 A, seed 1')).not.toBeNull()
  expect(matchScore('residual-56', '12 residual-56 A, seed 1')).not.toBeNull()
  expect(matchScore('', 'anything')).toBe(0)
})

it('letters strewn over a text do not fit', () => {
  expect(matchScore('verdict', 'Overnight', 'Very deep nets, residual: identity or projection, with constant rates')).toBeNull()
  expect(matchScore('export', 'Table 6', 'Explain parameters of residual nets and their output')).toBeNull()
  expect(matchScore('dsgn', 'Design')).toBeNull()
})

it('whole words win over starts, starts over what lies within', () => {
  expect(best('que', ['unique name', 'Queue', 'request'])).toBe('Queue')
  expect(best('res56', ['run 5 of 60', '12 residual-56 A, seed 1'])).toBe('12 residual-56 A, seed 1')
  expect(best('stop ep', ['Stop the engine after this epoch', 'Settings of people'])).toBe('Stop the engine after this epoch')
  expect(best('plain-8', ['3 plain-80, seed 1', '4 plain-8, seed 1'])).toBe('4 plain-8, seed 1')
})

it('a name counts more than the words around it', () => {
  const items = [
    { name: 'Table 6', hint: 'ResNet-20' },
    { name: 'Resume the queue', hint: '' },
  ]
  expect(
    bestMatches(
      'res',
      items,
      (one) => one.name,
      (one) => one.hint,
      1,
    )[0]?.name,
  ).toBe('Resume the queue')
})

it('without a query everything stays in its order', () => {
  expect(
    bestMatches(
      ' ',
      ['b', 'a', 'c'],
      (text) => text,
      () => '',
      2,
    ),
  ).toEqual(['b', 'a'])
})

it('names in any alphabet are found', () => {
  expect(matchScore('глуб', 'Глубина сети')).not.toBeNull()
  expect(matchScore('深度', '深度实验')).not.toBeNull()
})

it('ten thousand runs are searched within a keystroke', () => {
  const runs = Array.from({ length: 10_000 }, (_, index) => ({
    name: `${index} residual-${6 * (index % 200) + 2} A, seed ${index % 5}`,
    hint: 'finished, 8.75 % test error, Depth x shortcut Run',
  }))
  const startedAt = performance.now()
  const found = bestMatches(
    'residual-110 seed 3',
    runs,
    (run) => run.name,
    (run) => run.hint,
    60,
  )
  expect(found.slice(0, 50).every((run) => run.name.endsWith('residual-110 A, seed 3'))).toBe(true)
  expect(performance.now() - startedAt).toBeLessThan(500)
})
