import type { LayerOf } from './graph/layer.ts'

/** Names of a BN layer's running statistics, beside its trainable `scale` and `offset`. */
export function statisticNames(layer: Pick<LayerOf<'batch-normalization'>, 'name'>): { mean: string; variance: string } {
  return { mean: `${layer.name}/running-mean`, variance: `${layer.name}/running-variance` }
}

/** Name of a parameter's momentum among a run's arrays. */
export function momentumName(parameter: string): string {
  return `momentum/${parameter}`
}
