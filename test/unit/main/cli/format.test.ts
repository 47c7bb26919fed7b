import { describe, expect, it } from 'vitest'
import { formatFinish, formatSpread } from '../../../../src/main/cli/format.ts'

const [minute, hour, day] = [60_000, 3_600_000, 86_400_000]

describe('a forecast in words', () => {
  it('a forecast in words has a spread, only as exact as it is known', () => {
    expect(formatSpread(71 * hour, 6 * hour)).toBe('2 d 23 h ± 6 h')
    expect(formatSpread(30_000, 4_000)).toBe('30 s ± 4 s')
    expect(formatSpread(2_600, 400)).toBe('2.6 s')
  })

  it('a forecast in words is a span where the interval is wider than the forecast', () => {
    expect(formatSpread(17 * hour, 23 * hour)).toBe('between 5 h 40 min and 2 d 4 h')
    expect(formatSpread(9 * hour, 20 * hour)).toBe('between 2 h and 42 h')
    expect(formatSpread(82 * day, 297 * day)).toBe('between 11 d and 605 d')
    expect(formatSpread(1000, 40_000)).toBe('up to 1 min')
  })

  it('a forecast in words tells the end as a time and its spread, and as a span where that would reach into the past', () => {
    const now = new Date(2026, 0, 31, 12, 0).getTime()
    const finish = (after: number, early: number, late: number) =>
      formatFinish({ finishAt: now + after, earliestAt: now + early, latestAt: now + late }, now)
    expect(finish(2 * hour, hour, 3 * hour)).toBe('about 14:00 ± 1 h')
    expect(finish(10_000, 8_000, 15_000)).toBe('about 12:00 ± 1 min')
    expect(finish(2 * day, day / 2, 7 * day)).toBe('between 2026-02-01 00:00 and 2026-02-07 12:00')
    expect(finish(5 * minute, minute, 20 * minute)).toBe('between 12:01 and 12:20')
  })
})
