import { expect, it } from 'vitest'
import { verticalAxis } from '../../../src/renderer/src/features/curves/vertical-axis.ts'
import type { ChartSeries } from '../../../src/common/chart/series.ts'

const line = (ys: readonly number[], band?: readonly number[]): ChartSeries => ({
  key: 'a',
  label: 'a',
  color: '#000000',
  points: ys.map((y, index) => ({ x: index, y })),
  band,
})
const error = { metric: 'error', logarithmic: false, vertical: 'zero' } as const

it('an error axis holds bands that reach beyond the curves', () => {
  expect(verticalAxis([line([79, 75], [3, 8])], error)).toEqual({ min: 0, max: 90 })
  expect(verticalAxis([line([97, 75], [6, 1])], error), 'nothing is cut at 100').toEqual({ min: 0, max: 110 })
  const low = verticalAxis([line([4, 1], [1, 3])], error)
  expect(low.min, 'nor at 0').toBeLessThanOrEqual(-2)
})

it('an axis that is freed from 0 gives data at 40 to 90 % the whole plot', () => {
  expect(verticalAxis([line([89.1, 60, 41.3])], { ...error, vertical: 'curves' })).toEqual({ min: 40, max: 90 })
  expect(verticalAxis([line([0.1])], { ...error, metric: 'rate', vertical: 'curves' }), 'rates have no such choice').toEqual({
    min: 0,
    max: 0.1,
  })
})

it('the paper’s axis is as high as the highest end with its band needs', () => {
  expect(verticalAxis([line([90, 8.7])], { ...error, vertical: 'paper' })).toEqual({ min: 0, max: 20 })
  expect(verticalAxis([line([90, 14], [0, 4])], { ...error, vertical: 'paper' })).toEqual({ min: 0, max: 30 })
})
