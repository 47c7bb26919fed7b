import type { z } from 'zod'
import { addition } from './addition.ts'
import { batchNormalization } from './batch-normalization.ts'
import { convolution } from './convolution.ts'
import { flatten } from './flatten.ts'
import { fullyConnected } from './fully-connected.ts'
import { gatedAddition } from './gated-addition.ts'
import { globalAveragePooling } from './global-average-pooling.ts'
import { identityShortcut } from './identity-shortcut.ts'
import type { LayerKindDefinition } from './kind.ts'
import { maxPooling } from './max-pooling.ts'
import { relu } from './relu.ts'
import { stochasticDepth } from './stochastic-depth.ts'

const table = {
  convolution,
  'batch-normalization': batchNormalization,
  relu,
  'identity-shortcut': identityShortcut,
  addition,
  'gated-addition': gatedAddition,
  'stochastic-depth': stochasticDepth,
  'max-pooling': maxPooling,
  'global-average-pooling': globalAveragePooling,
  flatten,
  'fully-connected': fullyConnected,
}

export type LayerKind = keyof typeof table
type Schemas = { readonly [K in LayerKind]: (typeof table)[K]['attributes'] }
/** What a layer of kind K has besides name, inputs and shapes. */
export type Attributes<K extends LayerKind> = z.output<Schemas[K]>

/** Every kind of layer there is. */
export const kinds: { readonly [K in LayerKind]: LayerKindDefinition<Schemas[K]> } = table
