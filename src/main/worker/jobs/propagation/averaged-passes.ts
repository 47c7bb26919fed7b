import { blockOutputsOf, weightedLayersOf } from '../../../../common/network/weighted-layers.ts'
import type { Network } from '../../../../common/network/network.ts'
import type { PropagationReport } from '../../../../common/propagation/propagation.ts'
import type { Propagation } from '../../backend/propagation-backend.ts'

type AveragedPasses = Pick<PropagationReport, 'layers' | 'blocks' | 'rectifiers'> & {
  /** Mean cross-entropy, in nats. */
  readonly loss: number | null
}

/** Averages passes of equal batches: norms and deviations as root mean squares, loss and shares as means; null for what is not finite. */
export function averagedPasses(network: Network, passes: readonly Propagation[]): AveragedPasses {
  const output = (name: string, of: 'std' | 'gradientNorm') => rootMeanSquare(passes.map((pass) => pass.outputs.get(name)![of]))
  const weights = (name: string, of: 'norm' | 'gradientNorm') => rootMeanSquare(passes.map((pass) => pass.weights.get(name)![of]))
  const share = (name: string, of: 'zeros' | 'dead') => mean(passes.map((pass) => pass.rectifiers.get(name)![of]))
  return {
    loss: mean(passes.map(({ loss }) => loss)),
    layers: weightedLayersOf(network).map(({ layer, depth, response, weights: array }) => ({
      layer,
      depth,
      std: output(response, 'std'),
      gradientNorm: output(response, 'gradientNorm'),
      weightNorm: weights(array, 'norm'),
      weightGradientNorm: weights(array, 'gradientNorm'),
    })),
    blocks: blockOutputsOf(network).map(({ block, layer, depth }) => ({
      block,
      depth,
      std: output(layer, 'std'),
      gradientNorm: output(layer, 'gradientNorm'),
    })),
    rectifiers: [...passes[0]!.rectifiers.keys()].map((layer) => ({ layer, zeros: share(layer, 'zeros'), dead: share(layer, 'dead') })),
  }
}

function rootMeanSquare(values: readonly number[]): number | null {
  return finite(Math.sqrt(values.reduce((sum, value) => sum + value * value, 0) / values.length))
}

function mean(values: readonly number[]): number | null {
  return finite(values.reduce((sum, value) => sum + value, 0) / values.length)
}

/** Puts null in place of NaN and infinity, which JSON lacks. */
export function finite(value: number): number | null {
  return Number.isFinite(value) ? value : null
}
