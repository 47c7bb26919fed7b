import { expect, it } from 'vitest'
import { drawSurvivals } from '../../../../src/common/training/stochastic-depth.ts'

it('draws of stochastic depth are functions of seed and step, and branches survive as often as they should', () => {
  const probabilities = [1, 0.75, 0.25]
  expect(drawSurvivals(probabilities, 7, 3)).toEqual(drawSurvivals(probabilities, 7, 3))
  const sums = [0, 0, 0]
  const steps = 4000
  for (let step = 0; step < steps; step++) drawSurvivals(probabilities, 7, step).forEach((one, branch) => (sums[branch]! += one))
  sums.forEach((sum, branch) => expect(Math.abs(sum / steps - probabilities[branch]!)).toBeLessThan(0.03))
  expect(sums[0]).toBe(steps)
  const others = Array.from({ length: steps }, (_, step) => drawSurvivals(probabilities, 8, step)[2])
  expect(others).not.toEqual(Array.from({ length: steps }, (_, step) => drawSurvivals(probabilities, 7, step)[2]))
})
