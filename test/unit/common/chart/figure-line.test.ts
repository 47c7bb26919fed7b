import { expect, it } from 'vitest'
import { figureLine } from '../../../../src/common/chart/figure-line.ts'

const points = [1, 2, 3, 4, 5].map((x) => ({ x, y: 10 * x }))
const line = { key: 'a', label: 'a', color: '#000000', points }

it('a line for print is what is in sight and one point beyond at either side, its band with it', () => {
  const printed = figureLine({ ...line, band: [1, 2, 3, 4, 5] }, { min: 2.5, max: 3.5 })
  expect(printed.x).toEqual([2, 3, 4])
  expect(printed.band).toEqual({ low: [18, 27, 36], high: [22, 33, 44] })
})

it('a divergence is marked in print where its end, or a value that is no number, is in sight', () => {
  const whole = { min: 0, max: 6 }
  expect(figureLine({ ...line, diverged: true }, whole).diverged).toBe(true)
  expect(figureLine({ ...line, diverged: true }, { min: 0, max: 2.5 }).diverged).toBe(false)
  expect(figureLine({ ...line, points: [...points, { x: 6, y: NaN }] }, whole)).toMatchObject({
    diverged: true,
    y: [10, 20, 30, 40, 50, null],
  })
  expect(figureLine(line, whole).diverged).toBe(false)
})
