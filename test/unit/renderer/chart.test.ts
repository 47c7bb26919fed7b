import { describe, expect, it } from 'vitest'
import { nextPlace, readAt } from '../../../src/renderer/src/ui/chart/readout.ts'
import { type ChartSeries, firstFrom, lastVisible, nearestPoint, valueRange } from '../../../src/renderer/src/ui/chart/series.ts'
import { isWhole, panned, zoomedAround } from '../../../src/renderer/src/ui/chart/view-gestures.ts'

const points = (...ys: number[]): { x: number; y: number }[] => ys.map((y, index) => ({ x: index + 1, y }))
const line = (label: string, ...ys: number[]): ChartSeries => ({ key: label, label, color: '#000000', points: points(...ys) })

describe('finding points', () => {
  it('finds the first at or after a place, and the nearest', () => {
    expect([0, 1, 1.5, 3, 9].map((x) => firstFrom(points(5, 6, 7), x))).toEqual([0, 0, 1, 2, 3])
    expect([0, 1.4, 1.6, 9].map((x) => nearestPoint(points(5, 6, 7), x)?.y)).toEqual([5, 5, 6, 7])
    expect(nearestPoint([], 1)).toBeNull()
  })

  it('ends a line at its last value in sight, or where it crosses the edge', () => {
    expect(lastVisible(points(5, 6, NaN), { min: 0, max: 9 })).toEqual({ x: 2, y: 6 })
    expect(lastVisible(points(10, 20, 30), { min: 1, max: 2.5 })).toEqual({ x: 2.5, y: 25 })
    expect(lastVisible(points(5, 6), { min: 4, max: 9 })).toBeNull()
  })

  it('ranges over finite values, on a log scale over those above 0', () => {
    expect(valueRange([line('a', -1, NaN, 4), line('b', Infinity, 2)])).toEqual({ min: -1, max: 4 })
    expect(valueRange([line('a', -1, 0, 4)], true)).toEqual({ min: 4, max: 4 })
    expect(valueRange([line('a', NaN)])).toBeNull()
  })
})

describe('the crosshair', () => {
  it('reads every line at once, highest first, and a value that is no number too', () => {
    const read = readAt([line('low', 1, 2, 3), line('high', 7, 8, 9), line('gone', 1, NaN, 1)], 2.1, { min: 1, max: 3 })
    expect(read.map((one) => [one.label, one.y])).toEqual([['gone', NaN], ['high', 8], ['low', 2]])
  })

  it('leaves out lines that do not reach the place', () => {
    expect(readAt([line('short', 1, 2), line('long', ...Array.from({ length: 100 }, (_, index) => index))], 90, { min: 0, max: 100 }).map((one) => one.label)).toEqual(['long'])
  })

  it('steps from point to point with the arrow keys and stays inside', () => {
    const lines = [line('a', 1, 2, 3, 4)]
    const range = { min: 1, max: 4 }
    expect(nextPlace(lines, null, 1, range)).toBe(1)
    expect(nextPlace(lines, null, -1, range)).toBe(4)
    expect(nextPlace(lines, 2, 1, range)).toBe(3)
    expect(nextPlace(lines, 2, -1, range)).toBe(1)
    expect(nextPlace(lines, 1, -1, range)).toBe(1)
    expect(nextPlace([], 1, 1, range)).toBeNull()
  })
})

describe('zoom and pan', () => {
  const whole = { min: 0, max: 100 }

  it('keep to the whole and keep the place under the pointer where it is', () => {
    expect(zoomedAround(whole, 25, 0.5, whole)).toEqual({ min: 12.5, max: 62.5 })
    expect(zoomedAround({ min: 10, max: 20 }, 12, 100, whole)).toEqual(whole)
    expect(panned({ min: 10, max: 20 }, 0.5, whole)).toEqual({ min: 15, max: 25 })
    expect(panned({ min: 10, max: 20 }, -5, whole)).toEqual({ min: 0, max: 10 })
    expect(panned({ min: 80, max: 100 }, 1, whole)).toEqual({ min: 80, max: 100 })
  })

  it('know when everything is in sight again', () => {
    expect(isWhole({ x: whole, y: whole }, { x: whole, y: whole })).toBe(true)
    expect(isWhole({ x: { min: 1, max: 100 }, y: whole }, { x: whole, y: whole })).toBe(false)
  })
})
