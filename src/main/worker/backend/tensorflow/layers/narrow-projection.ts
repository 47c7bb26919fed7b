import type { LayerOf } from '../../../../../common/network/graph/layer.ts'
import type { Shape } from '../../../../../common/network/kinds/shape.ts'
import { identityShortcut, trainIdentityShortcut } from './identity-shortcut.ts'
import type { InferenceBuild, Trained } from './build.ts'
import type { Tensor } from '../graph/graph.ts'

type Build = Pick<InferenceBuild, 'graph' | 'compute' | 'ownKernels'>
type Convolution = LayerOf<'convolution'>

/**
 * Tells whether a strided 1x1 convolution has to see its pixels picked out before: with channels that fill no vector of eight, oneDNN's
 * weight gradient for AVX2 writes beyond its buffer, and the process dies of it sooner or later.
 */
export function picksPixelsFirst({ attributes: { kernel, stride, padding }, inputShape, outputShape }: Convolution): boolean {
  return kernel === 1 && padding === 0 && stride > 1 && (inputShape[2]! % 8 !== 0 || outputShape[2]! % 8 !== 0)
}

/** The same convolution of the pixels that it reads, at stride 1. */
export function ofPickedPixels(layer: Convolution): Convolution {
  return { ...layer, inputShape: pickedShape(layer), attributes: { ...layer.attributes, stride: 1 } }
}

/** Picks every stride-th pixel: [batch, height, width, in] -> [batch, height / stride, width / stride, in] */
export function pickPixels(build: Build, layer: Convolution, x: Tensor): Tensor {
  return identityShortcut(build, picking(layer), x)
}

export function trainPickPixels(build: Parameters<typeof trainIdentityShortcut>[0], layer: Convolution, x: Tensor): Trained {
  return trainIdentityShortcut(build, picking(layer), x)
}

function pickedShape({ inputShape, outputShape }: Convolution): Shape {
  return [outputShape[0], outputShape[1]!, inputShape[2]!]
}

/** Option A without new channels is just that. */
function picking(layer: Convolution): LayerOf<'identity-shortcut'> {
  const { name, inputs, inputShape } = layer
  const nothing = { parameters: [], parameterCount: 0, multiplyAdds: 0 }
  const attributes = { stride: layer.attributes.stride, channels: inputShape[2]!, zerosBefore: 0 }
  return { kind: 'identity-shortcut', name, inputs, inputShape, outputShape: pickedShape(layer), attributes, ...nothing }
}
