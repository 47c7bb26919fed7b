import { describe, expect, it } from 'vitest'
import { evenDigits, padDecimals } from '../../../src/renderer/src/ui/chart/even-digits.ts'
import { nextX, readAt, readoutLeft } from '../../../src/renderer/src/ui/chart/readout.ts'
import {
  type ChartSeries,
  firstFrom,
  labelLines,
  lastVisible,
  nearestX,
  nearestPoint,
  valueRange,
} from '../../../src/common/chart/series.ts'
import { roundEnds } from '../../../src/common/chart/round-up.ts'
import { isWhole, panned, zoomedAround } from '../../../src/renderer/src/ui/chart/view-gestures.ts'

const points = (...ys: number[]): { x: number; y: number }[] => ys.map((y, index) => ({ x: index + 1, y }))
const line = (label: string, ...ys: number[]): ChartSeries => ({ key: label, label, color: '#000000', points: points(...ys) })

describe('finding points', () => {
  it('the search for points finds the first at or after an x, and the nearest', () => {
    expect([0, 1, 1.5, 3, 9].map((x) => firstFrom(points(5, 6, 7), x))).toEqual([0, 0, 1, 2, 3])
    expect([0, 1.4, 1.6, 9].map((x) => nearestPoint(points(5, 6, 7), x)?.y)).toEqual([5, 5, 6, 7])
    expect(nearestPoint([], 1)).toBeNull()
  })

  it('the search for points ends a line at its last value in sight, or where it crosses the edge', () => {
    expect(lastVisible(points(5, 6, NaN), { min: 0, max: 9 })).toEqual({ x: 2, y: 6 })
    expect(lastVisible(points(10, 20, 30), { min: 1, max: 2.5 })).toEqual({ x: 2.5, y: 25 })
    expect(lastVisible(points(5, 6), { min: 4, max: 9 })).toBeNull()
  })

  it('the search for points ranges over finite values, on a log scale over those above 0', () => {
    expect(valueRange([line('a', -1, NaN, 4), line('b', Infinity, 2)])).toEqual({ min: -1, max: 4 })
    expect(valueRange([line('a', -1, 0, 4)], true)).toEqual({ min: 4, max: 4 })
    expect(valueRange([line('a', NaN)])).toBeNull()
    const wide = { ...line('a', 9, 12), band: [8.75, 1] }
    expect(valueRange([wide])).toEqual({ min: 0.25, max: 17.75 })
    expect(valueRange([wide], true), 'not for the sake of an edge near zero').toEqual({ min: 9, max: 17.75 })
  })

  it('the search for points ranges over bands and whiskers too, so that limits hold them', () => {
    expect(valueRange([{ ...line('a', 10, 20), band: [1, 5] }])).toEqual({ min: 9, max: 25 })
    expect(valueRange([{ ...line('a', 10, 20), spread: [null, 4] }])).toEqual({ min: 10, max: 24 })
    expect(valueRange([{ ...line('a', 1, 2), band: [3, null] }], true), 'what a log scale cannot show is left out').toEqual({
      min: 1,
      max: 4,
    })
  })

  it('the search for points writes a long name at a line’s end in several lines', () => {
    expect(labelLines('56, seed 1')).toEqual(['56, seed 1'])
    expect(labelLines('8, learning rate 0.05, batch size 64')).toEqual(['8,', 'learning rate 0.05,', 'batch size 64'])
  })

  it('the search for points snaps x to the nearest point of any line that is read', () => {
    const lines = [line('a', 1, 2, 3), { ...line('b', 1), points: [{ x: 1.4, y: 1 }] }, { ...line('', 1), points: [{ x: 2.6, y: 1 }] }]
    expect([0, 1.3, 1.8, 2.6, 9].map((x) => nearestX(lines, x))).toEqual([1, 1.4, 2, 3, 3])
    expect(nearestX([], 1)).toBeNull()
  })
})

describe('the ends of an axis that is freed from 0', () => {
  it('the ends of an axis that is freed from 0 are round and close around the values', () => {
    expect(roundEnds(41.2, 89.7)).toEqual({ min: 40, max: 90 })
    expect(roundEnds(0.93, 1.36)).toEqual({ min: 0.9, max: 1.4 })
    expect(roundEnds(-3, 70)).toEqual({ min: -10, max: 70 })
    expect(roundEnds(40, 90)).toEqual({ min: 40, max: 90 })
  })

  it('the ends of an axis that is freed from 0 give one value some room', () => {
    const { min, max } = roundEnds(2.3, 2.3)
    expect(min).toBeLessThanOrEqual(2.3)
    expect(max).toBeGreaterThan(2.3)
    expect(roundEnds(0, 0)).toEqual({ min: 0, max: 0.2 })
  })
})

describe('the crosshair', () => {
  it('the crosshair reads every line at once, highest first, and a value that is no number too', () => {
    const read = readAt([line('low', 1, 2, 3), line('high', 7, 8, 9), line('gone', 1, NaN, 1)], 2.1, { min: 1, max: 3 })
    expect(read.map((one) => [one.label, one.y])).toEqual([
      ['gone', NaN],
      ['high', 8],
      ['low', 2],
    ])
  })

  it('the crosshair writes all its values with the same decimals', () => {
    expect([79, 81.8].map(evenDigits([79, 81.8]))).toEqual(['79.00', '81.80'])
    expect([2.3, 1.92].map(evenDigits([2.3, 1.92]))).toEqual(['2.30', '1.92'])
    expect([0.05, 0.0005].map(evenDigits([0.05, 0.0005]))).toEqual(['0.0500', '0.0005'])
    expect([2e-5, 1e-6].map(evenDigits([2e-5, 1e-6]))).toEqual(['2.00e-5', '1.00e-6'])
    expect(padDecimals(['0', '0.5', '1', '1e-4'])).toEqual(['0', '0.5', '1.0', '1e-4'])
  })

  it('the crosshair keeps its readout inside the chart, beside the hairline where there is room', () => {
    expect(readoutLeft(100, 150, 400), 'right of it').toBe(110)
    expect(readoutLeft(300, 150, 400), 'left of it').toBe(140)
    for (const hairline of [0, 120, 200, 399]) {
      const left = readoutLeft(hairline, 320, 400)
      expect(left).toBeGreaterThanOrEqual(0)
      expect(left + 320).toBeLessThanOrEqual(400)
    }
  })

  it('the crosshair leaves out lines that do not reach x', () => {
    expect(
      readAt([line('short', 1, 2), line('long', ...Array.from({ length: 100 }, (_, index) => index))], 90, { min: 0, max: 100 }).map(
        (one) => one.label,
      ),
    ).toEqual(['long'])
  })

  it('the crosshair steps from point to point with the arrow keys and stays inside', () => {
    const lines = [line('a', 1, 2, 3, 4)]
    const range = { min: 1, max: 4 }
    expect(nextX(lines, null, 1, range)).toBe(1)
    expect(nextX(lines, null, -1, range)).toBe(4)
    expect(nextX(lines, 2, 1, range)).toBe(3)
    expect(nextX(lines, 2, -1, range)).toBe(1)
    expect(nextX(lines, 1, -1, range)).toBe(1)
    expect(nextX([], 1, 1, range)).toBeNull()
  })
})

describe('zoom and pan', () => {
  const whole = { min: 0, max: 100 }

  it('zoom and pan of a chart keep to the whole and keep what lies under the pointer where it is', () => {
    expect(zoomedAround(whole, 25, 0.5, whole)).toEqual({ min: 12.5, max: 62.5 })
    expect(zoomedAround({ min: 10, max: 20 }, 12, 100, whole)).toEqual(whole)
    expect(panned({ min: 10, max: 20 }, 0.5, whole)).toEqual({ min: 15, max: 25 })
    expect(panned({ min: 10, max: 20 }, -5, whole)).toEqual({ min: 0, max: 10 })
    expect(panned({ min: 80, max: 100 }, 1, whole)).toEqual({ min: 80, max: 100 })
  })

  it('zoom and pan of a chart know when everything is in sight again', () => {
    expect(isWhole({ x: whole, y: whole }, { x: whole, y: whole })).toBe(true)
    expect(isWhole({ x: { min: 1, max: 100 }, y: whole }, { x: whole, y: whole })).toBe(false)
  })
})
