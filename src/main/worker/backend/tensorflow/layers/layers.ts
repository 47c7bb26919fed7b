import type { LayerOf } from '../../../../../common/network/graph/layer.ts'
import type { LayerKind } from '../../../../../common/network/kinds/kinds.ts'
import type { Tensor } from '../graph/graph.ts'
import { inferBatchNormalization, trainBatchNormalization } from './batch-normalization.ts'
import type { InferenceBuild, LayerBuild, Trained } from './build.ts'
import { biasOf, inferConvolution, trainConvolution } from './convolution.ts'
import { trainAddition, trainReLU } from './element-wise.ts'
import { flatten, trainFlatten } from './flatten.ts'
import { gatedAddition, trainGatedAddition } from './gated-addition.ts'
import { fullyConnected, globalAveragePooling, trainFullyConnected, trainGlobalAveragePooling } from './head.ts'
import { identityShortcut, trainIdentityShortcut } from './identity-shortcut.ts'
import { maxPooling, trainMaxPooling } from './max-pooling.ts'
import { inferStochasticDepth, trainStochasticDepth } from './stochastic-depth.ts'

/** Computes one kind of layer in this backend. Inputs and outputs are [batch, ...shape]. */
interface LayerProgram<K extends LayerKind> {
  train(build: LayerBuild, layer: LayerOf<K>, inputs: readonly Tensor[]): Trained
  /** Infers with running statistics; nothing is kept for a backward pass. */
  infer(build: InferenceBuild, layer: LayerOf<K>, inputs: readonly Tensor[]): Tensor
}

/** Lists every kind of layer that this backend computes. */
const programs: { readonly [K in LayerKind]: LayerProgram<K> } = {
  convolution: {
    train: (build, layer, [x]) => trainConvolution(build, layer, x!),
    infer(build, layer, [x]) {
      const weights = build.graph.cast(build.value(`${layer.name}/weights`), build.compute)
      return inferConvolution(build, layer, x!, weights, { ...biasOf(build, layer), relu: false, withMoments: false }).output
    },
  },
  'batch-normalization': {
    train: (build, layer, [x]) => trainBatchNormalization(build, layer, x!),
    infer: (build, layer, [x]) => inferBatchNormalization(build, layer, x!),
  },
  relu: {
    train: (build, _layer, [x]) => trainReLU(build, x!),
    infer: (build, _layer, [x]) => build.graph.unary('Relu', x!),
  },
  'identity-shortcut': {
    train: (build, layer, [x]) => trainIdentityShortcut(build, layer, x!),
    infer: (build, layer, [x]) => identityShortcut(build, layer, x!),
  },
  addition: {
    train: (build, _layer, [residual, shortcut]) => trainAddition(build, residual!, shortcut!),
    infer: (build, _layer, [residual, shortcut]) => build.graph.binary('AddV2', residual!, shortcut!),
  },
  'gated-addition': {
    train: (build, _layer, [transformed, shortcut, gate]) => trainGatedAddition(build, transformed!, shortcut!, gate!),
    infer: (build, _layer, [transformed, shortcut, gate]) => gatedAddition(build.graph, transformed!, shortcut!, gate!),
  },
  'stochastic-depth': {
    train: (build, layer, [x]) => trainStochasticDepth(build, layer, x!),
    infer: (build, layer, [x]) => inferStochasticDepth(build, layer, x!),
  },
  'max-pooling': {
    train: (build, layer, [x]) => trainMaxPooling(build, layer, x!),
    infer: (build, layer, [x]) => maxPooling(build, layer, x!),
  },
  'global-average-pooling': {
    train: (build, layer, [x]) => trainGlobalAveragePooling(build, layer, x!),
    infer: (build, _layer, [x]) => globalAveragePooling(build.graph, x!),
  },
  flatten: {
    train: (build, layer, [x]) => trainFlatten(build, layer, x!),
    infer: (build, _layer, [x]) => flatten(build.graph, x!),
  },
  'fully-connected': {
    train: (build, layer, [x]) => trainFullyConnected(build, layer, x!),
    infer: (build, layer, [x]) => fullyConnected(build, layer, x!),
  },
}

/** Adds a layer to the training program. */
export function trainLayer<K extends LayerKind>(build: LayerBuild, layer: LayerOf<K>, inputs: readonly Tensor[]): Trained {
  return programs[layer.kind].train(build, layer, inputs)
}

/** Adds a layer to the evaluation program: [batch, ...outputShape]. */
export function inferLayer<K extends LayerKind>(build: InferenceBuild, layer: LayerOf<K>, inputs: readonly Tensor[]): Tensor {
  return programs[layer.kind].infer(build, layer, inputs)
}
