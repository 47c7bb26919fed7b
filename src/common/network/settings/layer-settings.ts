import { z } from 'zod'

/** BN behind each convolution, or none: convolutions have biases then. */
export const normalizationSchema = z.enum(['batch', 'none'])

/** BN and ReLU behind each convolution, or before it (Identity Mappings in Deep Residual Networks, Fig. 1b). */
export const activationOrderSchema = z.enum(['post', 'pre'])

/** How convolutions' weights are drawn: He normal by fan-out or fan-in, or Glorot uniform. */
export const initializationSchema = z.enum(['he-fan-out', 'he-fan-in', 'glorot'])
export type Initialization = z.infer<typeof initializationSchema>

/**
 * What every architecture can be told about its layers. A design leaves out what has its default, so that designs of 0.1 and 0.2 are
 * those of today.
 */
export const layerSettingFields = {
  normalization: normalizationSchema.optional(),
  activationOrder: activationOrderSchema.optional(),
  initialization: initializationSchema.optional(),
  /** Of highway nets: where the bias of each gate starts. */
  gateBias: z.number().min(-20).max(20).optional(),
  /** Of residual nets: probability that the last block's branch survives a training step; 1 for no stochastic depth. */
  survival: z.number().gt(0).max(1).optional(),
}

/** Every setting with its value. */
export interface LayerSettings {
  readonly normalization: z.infer<typeof normalizationSchema>
  readonly activationOrder: z.infer<typeof activationOrderSchema>
  readonly initialization: Initialization
  readonly gateBias: number
  readonly survival: number
}

/**
 * What a design has that does not say otherwise. Gates start almost closed, sigmoid(-3) = 0.05, so that a block begins close to its
 * shortcut: Highway Networks (section 2.3) takes -1 to -3, and the deeper the net, the lower.
 */
const defaultSettings: LayerSettings = {
  normalization: 'batch',
  activationOrder: 'post',
  initialization: 'he-fan-out',
  gateBias: -3,
  survival: 1,
}

export type GivenSettings = { readonly [K in keyof LayerSettings]?: LayerSettings[K] | undefined }

/** Fills in the defaults. */
export function layerSettings(design: GivenSettings): LayerSettings {
  return {
    normalization: design.normalization ?? defaultSettings.normalization,
    activationOrder: design.activationOrder ?? defaultSettings.activationOrder,
    initialization: design.initialization ?? defaultSettings.initialization,
    gateBias: design.gateBias ?? defaultSettings.gateBias,
    survival: design.survival ?? defaultSettings.survival,
  }
}

const names = Object.keys(defaultSettings) as (keyof LayerSettings)[]

/** Drops settings that have their default or that the design's family ignores, so that equal networks have equal designs. */
export function withoutDefaults<D extends GivenSettings & { readonly family: string }>(design: D): D {
  const dropped = names.filter((name) => design[name] === undefined || design[name] === defaultSettings[name])
  if (design.family !== 'highway') dropped.push('gateBias')
  if (design.family !== 'residual') dropped.push('survival')
  const kept = { ...design }
  for (const name of dropped) Reflect.deleteProperty(kept, name)
  return kept
}
