import type { Layer } from '../graph/layer.ts'

/**
 * Lets the probability to survive fall linearly from block to block: 1 - l/L * (1 - p) for the l-th of L (Deep Networks with Stochastic
 * Depth, eq. 4), where p is the last block's, which all layers have until now.
 */
export function decaySurvival(layers: readonly Layer[]): readonly Layer[] {
  const count = layers.filter(({ kind }) => kind === 'stochastic-depth').length
  let block = 0
  return layers.map((layer) => {
    if (layer.kind !== 'stochastic-depth') return layer
    const survival = 1 - (++block / count) * (1 - layer.attributes.survival)
    return { ...layer, attributes: { survival } }
  })
}
