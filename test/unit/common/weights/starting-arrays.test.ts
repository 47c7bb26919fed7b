import { expect, it } from 'vitest'
import { buildNetwork } from '../../../../src/common/network/network.ts'
import { startingArrays } from '../../../../src/common/weights/starting-arrays.ts'
import { initialState } from '../../../../src/main/worker/backend/initial-state.ts'
import { settingsOf } from '../../../support/new-run.ts'

it('a network takes parameters and running statistics of the same name and shape, and neither momenta nor what has another shape', () => {
  const { network: design } = settingsOf({})
  const network = buildNetwork(design)
  const all = [...initialState(network, 1).keys()].filter((name) => !name.startsWith('momentum/'))
  const drawn = startingArrays(network, new Map()).drawn
  expect([...drawn].sort()).toEqual([...all].sort())
  const parameters = network.layers.flatMap((layer) => layer.parameters)
  const shapes = new Map(parameters.map(({ name, shape }) => [name, shape] as const))
  const first = parameters[0]!
  const { taken } = startingArrays(
    network,
    new Map([...shapes, [first.name, [...first.shape, 1]], [`momentum/${first.name}`, first.shape]]),
  )
  expect(taken).toEqual(parameters.slice(1).map(({ name }) => name))
})
