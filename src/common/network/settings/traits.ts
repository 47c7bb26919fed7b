import { layerSettings, type GivenSettings } from './layer-settings.ts'

/** "no BN", "pre-activation", "Glorot": settings of all families that are not the usual ones, for names of networks. */
export function commonTraits(design: GivenSettings): string[] {
  const { normalization, activationOrder, initialization } = layerSettings(design)
  return [
    ...(activationOrder === 'pre' ? ['pre-activation'] : []),
    ...(normalization === 'none' ? ['no BN'] : []),
    ...(initialization === 'he-fan-out' ? [] : [initialization === 'glorot' ? 'Glorot' : 'He fan-in']),
  ]
}

/** "gate -1", "stochastic depth 0.5": those that one family has and plain nets lack. */
export function familyTraits({ gateBias, survival }: GivenSettings): string[] {
  return [...(gateBias === undefined ? [] : [`gate ${gateBias}`]), ...(survival === undefined ? [] : [`stochastic depth ${survival}`])]
}
