import type { Parameter } from '../../../common/network/kinds/kind.ts'
import { elements } from '../../../common/network/kinds/shape.ts'
import type { Network } from '../../../common/network/network.ts'
import { Random, randomStreams } from '../../../common/training/random.ts'
import { momentumName, statisticNames } from './state-names.ts'

/**
 * Makes the state of an untrained network: weights drawn from the seed (each parameter from its own stream, so that two networks
 * of one depth start alike), momenta 0, running means 0 and variances 1.
 */
export function initialState(network: Network, seed: number): Map<string, Float32Array> {
  const state = new Map<string, Float32Array>()
  let index = 0
  for (const layer of network.layers) {
    for (const parameter of layer.parameters) {
      state.set(parameter.name, draw(parameter, new Random(seed, randomStreams.initialization, index++)))
      state.set(momentumName(parameter.name), new Float32Array(elements(parameter.shape)))
    }
    if (layer.kind !== 'batch-normalization') continue
    const names = statisticNames(layer)
    state.set(names.mean, new Float32Array(layer.outputShape[2]!))
    state.set(names.variance, new Float32Array(layer.outputShape[2]!).fill(1))
  }
  return state
}

function draw({ shape, initializer }: Parameter, random: Random): Float32Array {
  const values = new Float32Array(elements(shape))
  switch (initializer.kind) {
    case 'constant':
      return values.fill(initializer.value)
    case 'uniform':
      return values.map(() => (2 * random.uniform() - 1) * initializer.bound)
    case 'he-normal': {
      const std = Math.sqrt(2 / initializer.fan)
      return values.map(() => random.normal() * std)
    }
  }
}
