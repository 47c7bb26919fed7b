import { describe, expect, it } from 'vitest'
import { cosineOf, filterNormalizedDirection, movedState, normsOf } from '../../../../src/common/analyses/loss-surface/directions.ts'
import { gridSteps, rowsOf, surfacePoints } from '../../../../src/common/analyses/loss-surface/grid.ts'
import { buildNetwork } from '../../../../src/common/network/network.ts'
import { initialState } from '../../../../src/main/worker/backend/initial-state.ts'

const network = buildNetwork({ family: 'residual', n: 1, shortcut: 'B', widths: [4, 8, 8], inputShape: [8, 8, 3], classes: 5 })
const state = initialState(network, 3)
const shapes = new Map(network.layers.flatMap(({ parameters }) => parameters.map(({ name, shape }) => [name, shape] as const)))
const direction = (axis: number, seed = 1) => filterNormalizedDirection(network, state, seed, axis)

describe('a filter-normalized direction', () => {
  it('each filter of a direction, and the weights of each class, have the norm of the network’s', () => {
    const [kernel, classifier] = ['stage2.block1.convolution1/weights', 'classifier/weights'].map((name) => ({
      filters: shapes.get(name)!.at(-1)!,
      weights: state.get(name)!,
      step: direction(0).get(name)!,
    }))
    expect([kernel!.filters, classifier!.filters]).toEqual([8, 5])
    for (const { filters, weights, step } of [kernel!, classifier!]) {
      const wanted = normsOf(weights, filters)
      normsOf(step, filters).forEach((norm, filter) => expect(norm / wanted[filter]!).toBeCloseTo(1, 6))
      expect(step.some((value, at) => Math.abs(value - weights[at]!) > 1e-3)).toBe(true)
    }
  })

  it('a direction has no step for biases, BN and statistics, and one for all other weights', () => {
    const weights = [...shapes].filter(([, shape]) => shape.length > 1).map(([name]) => name)
    expect([...direction(0).keys()]).toEqual(weights)
    expect(weights.every((name) => name.endsWith('/weights'))).toBe(true)
  })

  it('a direction is a function of seed and axis alone, and two are nearly at a right angle', () => {
    expect(direction(0)).toEqual(direction(0))
    for (const other of [direction(1), direction(0, 2)]) expect(Math.abs(cosineOf(direction(0), other))).toBeLessThan(0.1)
    expect(cosineOf(direction(0), direction(0))).toBeCloseTo(1, 12)
  })

  it('a moved network is the network and its steps; at no step it is the network to the bit', () => {
    const directions = [direction(0), direction(1)]
    expect(movedState(state, directions, [0, 0])).toEqual(state)
    const moved = movedState(state, directions, [0.5, -0.25])
    const name = 'stem.convolution/weights'
    const at = (of: ReadonlyMap<string, Float32Array>) => of.get(name)![7]!
    expect(at(moved)).toBeCloseTo(at(state) + 0.5 * at(directions[0]!) - 0.25 * at(directions[1]!), 7)
    expect(moved.get('stem.normalization/scale')).toBe(state.get('stem.normalization/scale'))
  })
})

it('the steps of a grid are each other’s mirror images around 0', () => {
  const steps = gridSteps(25, 1)
  expect([steps[0], steps[12], steps[24]]).toEqual([-1, 0, 1])
  steps.forEach((step, index) => expect(step).toBe(-steps[24 - index]! || 0))
  expect(gridSteps(3, 0.5)).toEqual([-0.5, 0, 0.5])
})

it('points are computed row by row from below, and along a line in one row', () => {
  expect(surfacePoints([-1, 1], true)).toEqual([
    { x: -1, y: -1 },
    { x: 1, y: -1 },
    { x: -1, y: 1 },
    { x: 1, y: 1 },
  ])
  expect(surfacePoints([-1, 1], false)).toEqual([
    { x: -1, y: null },
    { x: 1, y: null },
  ])
  expect(rowsOf([1, 2, 3, 4, 5, 6], 3)).toEqual([
    [1, 2, 3],
    [4, 5, 6],
  ])
})
