import { describe, expect, it } from 'vitest'
import { namedPeriod, periodBefore } from '../../../../src/common/report/period.ts'

const at = (text: string): number => new Date(text).getTime()

describe('a period', () => {
  it('of the evening begins yesterday at 18:00 and goes up to now', () => {
    const now = at('2026-11-23T07:40')
    expect(namedPeriod('evening', now)).toEqual({ from: at('2026-11-22T18:00'), to: now })
  })

  it('of the night ends at 08:00, or now when that is still to come', () => {
    expect(namedPeriod('night', at('2026-11-23T15:00'))).toEqual({ from: at('2026-11-22T20:00'), to: at('2026-11-23T08:00') })
    expect(namedPeriod('night', at('2026-11-23T03:00'))).toEqual({ from: at('2026-11-22T20:00'), to: at('2026-11-23T03:00') })
  })

  it('is compared with the same hours of the day before, a week with the week before', () => {
    const now = at('2026-11-23T07:40')
    expect(periodBefore(namedPeriod('evening', now))).toEqual({ from: at('2026-11-21T18:00'), to: at('2026-11-22T07:40') })
    expect(periodBefore({ from: at('2026-11-10T00:00'), to: at('2026-11-17T00:00') })).toEqual({ from: at('2026-11-03T00:00'), to: at('2026-11-10T00:00') })
  })
})
