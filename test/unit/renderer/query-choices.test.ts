import { describe, expect, it } from 'vitest'
import { boardFields } from '../../../src/renderer/src/features/curves/board-choices.ts'
import { isLeft, mentions, readChoices, writeChoices } from '../../../src/renderer/src/ui/query-choices.ts'

const usual = readChoices(boardFields, {})

describe('what the curves show, in the address', () => {
  it('what the curves show, in the address is nothing while all is as usual', () => {
    expect(Object.values(writeChoices(boardFields, usual)).every((text) => text === undefined)).toBe(true)
    expect(mentions(boardFields, { sweep: '3' })).toBe(false)
  })

  it('what the curves show, in the address is read back from the address as it was written', () => {
    const choices = {
      ...usual,
      metric: 'loss',
      axis: 'time',
      smoothing: 0.9,
      vertical: 'curves',
      ofSeeds: false,
      logarithmic: true,
    } as const
    const query = writeChoices(boardFields, choices)
    expect(query).toMatchObject({ metric: 'loss', x: 'time', smoothing: '0.9', y: 'curves', means: '0', log: '1', published: undefined })
    expect(
      readChoices(
        boardFields,
        Object.fromEntries(Object.entries(query).flatMap(([key, value]) => (typeof value === 'string' ? [[key, value]] : []))),
      ),
    ).toEqual(choices)
  })

  it('what the curves show, in the address falls back to the usual for words that mean nothing', () => {
    expect(readChoices(boardFields, { metric: 'beauty', smoothing: '2', y: '', means: 'maybe' })).toEqual(usual)
  })

  it('what the curves show, in the address has an entry of its own in the history for another metric or axis only', () => {
    expect(isLeft(boardFields, usual, { ...usual, metric: 'rate' })).toBe(true)
    expect(isLeft(boardFields, usual, { ...usual, axis: 'step' })).toBe(true)
    expect(isLeft(boardFields, usual, { ...usual, smoothing: 0.9, vertical: 'paper' })).toBe(false)
  })
})
