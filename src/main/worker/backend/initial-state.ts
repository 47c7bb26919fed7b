import type { Parameter } from '../../../common/network/kinds/kind.ts'
import { elements } from '../../../common/network/kinds/shape.ts'
import type { Network } from '../../../common/network/network.ts'
import type { Initialization } from '../../../common/network/settings/layer-settings.ts'
import { Random, randomStreams } from '../../../common/training/random.ts'
import { momentumName, statisticNames } from '../../../common/network/state-names.ts'

/**
 * Makes the state of an untrained network: weights drawn from the seed (each parameter from its own stream, so that two networks
 * of one depth start alike), momenta 0, running means 0 and variances 1.
 */
export function initialState(network: Network, seed: number): Map<string, Float32Array> {
  const state = new Map<string, Float32Array>()
  const initialization = network.design.initialization ?? 'he-fan-out'
  let index = 0
  for (const layer of network.layers) {
    for (const parameter of layer.parameters) {
      state.set(parameter.name, draw(parameter, initialization, new Random(seed, randomStreams.initialization, index++)))
      state.set(momentumName(parameter.name), new Float32Array(elements(parameter.shape)))
    }
    if (layer.kind !== 'batch-normalization') continue
    const names = statisticNames(layer)
    state.set(names.mean, new Float32Array(layer.outputShape[2]!))
    state.set(names.variance, new Float32Array(layer.outputShape[2]!).fill(1))
  }
  return state
}

function draw({ shape, initializer }: Parameter, initialization: Initialization, random: Random): Float32Array {
  const values = new Float32Array(elements(shape))
  switch (initializer.kind) {
    case 'constant':
      return values.fill(initializer.value)
    case 'uniform':
      return values.map(() => (2 * random.uniform() - 1) * initializer.bound)
    case 'variance-scaling':
      return drawScaled(values, initializer, initialization, random)
  }
}

/**
 * Draws weights of a convolution: He normal, std = sqrt(2 / fan) (Delving Deep into Rectifiers, eqs. 10 and 14), or Glorot uniform, within
 * sqrt(6 / (fanIn + fanOut)) (Understanding the difficulty of training deep feedforward neural networks, eq. 16).
 */
function drawScaled(
  values: Float32Array,
  { fanIn, fanOut }: { readonly fanIn: number; readonly fanOut: number },
  initialization: Initialization,
  random: Random,
): Float32Array {
  if (initialization === 'glorot') {
    const bound = Math.sqrt(6 / (fanIn + fanOut))
    return values.map(() => (2 * random.uniform() - 1) * bound)
  }
  const std = Math.sqrt(2 / (initialization === 'he-fan-in' ? fanIn : fanOut))
  return values.map(() => random.normal() * std)
}
