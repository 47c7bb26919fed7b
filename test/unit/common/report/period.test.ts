import { describe, expect, it } from 'vitest'
import { momentOf, namedPeriod, periodBefore } from '../../../../src/common/report/period.ts'

const at = (text: string): number => new Date(text).getTime()

describe('a period', () => {
  it('a period of the evening begins yesterday at 18:00 and goes up to now', () => {
    const now = at('2026-11-23T07:40')
    expect(namedPeriod('evening', now)).toEqual({ from: at('2026-11-22T18:00'), to: now })
  })

  it('a period of the night ends at 08:00, or now when that is still to come', () => {
    expect(namedPeriod('night', at('2026-11-23T15:00'))).toEqual({ from: at('2026-11-22T20:00'), to: at('2026-11-23T08:00') })
    expect(namedPeriod('night', at('2026-11-23T03:00'))).toEqual({ from: at('2026-11-22T20:00'), to: at('2026-11-23T03:00') })
  })

  it('a period is compared with the same hours of the day before, a week with the week before', () => {
    const now = at('2026-11-23T07:40')
    expect(periodBefore(namedPeriod('evening', now))).toEqual({ from: at('2026-11-21T18:00'), to: at('2026-11-22T07:40') })
    expect(periodBefore({ from: at('2026-11-10T00:00'), to: at('2026-11-17T00:00') })).toEqual({
      from: at('2026-11-03T00:00'),
      to: at('2026-11-10T00:00'),
    })
  })
})

describe('a moment in words', () => {
  it.each([
    ['2026-01-31', '2026-01-31T00:00'],
    ['2024-02-29 23:59:59', '2024-02-29T23:59:59'],
    ['2026-01-31T18:00', '2026-01-31T18:00'],
    ['2026-01-31T18:00:30.250Z', '2026-01-31T18:00:30.250Z'],
    ['2026-01-31t18:00+02:00', '2026-01-31T16:00Z'],
  ])('a moment is read from %s', (text, expected) => {
    expect(momentOf(text)).toBe(at(expected))
  })

  it.each([
    '3',
    '2026',
    '2026-02-30',
    '2025-02-29',
    '2026-13-01',
    '2026-00-10',
    '2026-1-3',
    '31.01.2026',
    '2026-01-31T24:00',
    '2026-01-31T10:60',
    '2026-01-31 18',
    '12:00',
    'Jan 3',
    '',
  ])('"%s" is no moment, whatever JavaScript would make of it', (text) => {
    expect(momentOf(text)).toBeNull()
  })
})
