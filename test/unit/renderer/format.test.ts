import { expect, it } from 'vitest'
import {
  bytes,
  clock,
  compact,
  count,
  duration,
  finish,
  percent,
  plural,
  shortClock,
  significant,
  soon,
  spread,
} from '../../../src/renderer/src/ui/format.ts'

it('durations are said as people say them', () => {
  expect([0, 12_000, 60_000, 61_000, 3_540_000, 7_800_000, 7_200_000, 180_000_000].map(duration)).toEqual([
    'under 1 s',
    '12 s',
    '1 min',
    '1 min 1 s',
    '59 min',
    '2 h 10 min',
    '2 h',
    '2 d 2 h',
  ])
})

it('sixty minutes are an hour, never "60 min"', () => {
  expect(duration(3_599_900)).toBe('1 h')
})

it('errors are percent with two digits, and missing ones a dash', () => {
  expect([percent(0.0875), percent(null), percent(undefined), percent(NaN), percent(0.5, 0)]).toEqual(['8.75', '–', '–', '–', '50'])
})

it('parameters and bytes keep three digits', () => {
  expect([compact(269_722), compact(19_421_274), compact(640), bytes(540_000_000), bytes(1_100_000_000)]).toEqual([
    '270 k',
    '19.4 M',
    '640',
    '540 MB',
    '1.10 GB',
  ])
  expect([count(19_421_274), plural(1, 'run'), plural(18, 'run')]).toEqual(['19,421,274', '1 run', '18 runs'])
})

it('small learning rates are written with an exponent', () => {
  expect([significant(0.1), significant(0.0001), significant(0), significant(null), significant(2.30258)]).toEqual([
    '0.1',
    '1e-4',
    '0',
    '–',
    '2.303',
  ])
})

it('another day is named beside the time', () => {
  const noon = new Date(2026, 5, 3, 12, 0).getTime()
  expect(clock(noon, noon + 60_000)).toBe('12:00')
  expect(clock(noon, noon + 86_400_000)).toBe('Wed 3 Jun, 12:00')
})

it('forecasts carry their uncertainty, no more exact than it is known', () => {
  expect([spread(1_320_000, 503_000), spread(255_600_000, 20_580_000), spread(9_000, 400)]).toEqual([
    '22 min ± 8 min',
    '2 d 23 h ± 5 h 40 min',
    '9 s',
  ])
  const now = new Date(2026, 10, 23, 23, 0).getTime()
  const end = (minutes: number) => ({
    finishAt: now + 520 * 60_000,
    earliestAt: now + (520 - minutes) * 60_000,
    latestAt: now + (520 + minutes) * 60_000,
  })
  expect(finish(end(25), now)).toBe('about 07:40 ± 25 min')
  expect(finish(end(0), now)).toBe('about 07:40')
})

it('an interval wider than its value is a span, never a value with a larger uncertainty', () => {
  const hour = 3_600_000
  expect([spread(17 * hour, 23 * hour), spread(9 * hour, 20 * hour), spread(10 * hour, 5 * hour)]).toEqual([
    'between 5 h 40 min and 2 d 4 h',
    'between 2 h and 42 h',
    '10 h ± 5 h',
  ])
  expect([spread(1_000, 40_000), spread(400, 400)]).toEqual(['up to 1 min', 'under 1 s'])
  const now = new Date(2026, 10, 23, 23, 0).getTime()
  expect(finish({ finishAt: now + 3 * hour, earliestAt: now + hour, latestAt: now + 9 * hour }, now)).toBe('between 00:00 and 08:00')
})

it('a moment of the coming hours needs no day', () => {
  const now = new Date(2026, 10, 23, 23, 0).getTime()
  expect(soon(now + 9 * 3_600_000, now)).toBe('08:00')
  expect(soon(now + 33 * 3_600_000, now)).toMatch(/^Wed,? 25 Nov, 08:00$/)
  expect([shortClock(now), shortClock(now + 3_600_000)]).toEqual(['23:00', 'Tue'])
})
