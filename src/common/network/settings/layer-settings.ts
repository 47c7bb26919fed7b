import { choice, numberSetting } from './setting.ts'

/** Where option A puts its channels of zeros: behind those that it keeps, or half of them before. */
export const shortcutPaddings = ['after', 'both'] as const

const initializations = ['he-fan-out', 'he-fan-in', 'glorot'] as const
export type Initialization = (typeof initializations)[number]

/** Settings that any family can have. */
export const settingsOfLayers = {
  activationOrder: choice(['post', 'pre'], {
    title: 'Activation order',
    words: 'BN and ReLU behind each convolution (post) or before it (pre), as in Identity Mappings in Deep Residual Networks, Fig. 1b',
    default: 'post',
    trait: () => 'pre-activation',
  }),
  normalization: choice(['batch', 'none'], {
    title: 'BN',
    words: 'BN behind each convolution (batch), or none: convolutions have biases then',
    default: 'batch',
    trait: () => 'no BN',
  }),
  initialization: choice(initializations, {
    title: 'Initialisation',
    words:
      'how the weights of convolutions are drawn: He normal by fan-out or fan-in, or Glorot uniform; ' +
      'fully connected layers always start as in PyTorch, the hidden ones of VGG nets too',
    default: 'he-fan-out',
    trait: (kind) => (kind === 'glorot' ? 'Glorot' : 'He fan-in'),
  }),
}

/** Settings of one family each. */
export const settingsOfFamilies = {
  /**
   * Gates start almost closed, sigmoid(-3) = 0.05, so that a block begins close to its shortcut: Highway Networks (section 2.3) takes -1
   * to -3, and the deeper the net, the lower.
   */
  gateBias: numberSetting(
    { least: -20, most: 20 },
    {
      title: 'Gate bias',
      words: 'where the bias of each gate of a highway net starts; the lower, the closer a block begins to its shortcut',
      default: -3,
      appliesTo: ({ family }) => family === 'highway',
      trait: (bias) => `gate ${bias}`,
    },
  ),
  shortcutPadding: choice(shortcutPaddings, {
    title: 'Zeros of option A',
    words: 'where shortcut option A puts its channels of zeros: after those that it keeps, or half of them on both sides as in some ports',
    default: 'after',
    appliesTo: ({ family, shortcut }) => family !== 'plain' && shortcut === 'A',
    trait: () => 'zeros on both sides',
  }),
  survival: numberSetting(
    { least: 0.001, most: 1 },
    {
      title: 'Survival',
      words: 'stochastic depth of residual nets: probability that the last block’s branch survives a training step; 1 for none',
      default: 1,
      appliesTo: ({ family }) => family === 'residual',
      trait: (probability) => `stochastic depth ${probability}`,
    },
  ),
}

/**
 * What every architecture can be told. A design leaves out what has its default, so that designs of 0.1 and 0.2 are those of today.
 */
export const commonSettings = { ...settingsOfLayers, ...settingsOfFamilies }

/** Every common setting with its value. */
export interface LayerSettings {
  readonly normalization: 'batch' | 'none'
  readonly activationOrder: 'post' | 'pre'
  readonly initialization: Initialization
  readonly gateBias: number
  readonly shortcutPadding: (typeof shortcutPaddings)[number]
  readonly survival: number
}

export type GivenSettings = { readonly [K in keyof LayerSettings]?: LayerSettings[K] | undefined }

/** Fills in the defaults. */
export function layerSettings(design: GivenSettings): LayerSettings {
  return {
    normalization: design.normalization ?? commonSettings.normalization.default,
    activationOrder: design.activationOrder ?? commonSettings.activationOrder.default,
    initialization: design.initialization ?? commonSettings.initialization.default,
    gateBias: design.gateBias ?? commonSettings.gateBias.default,
    shortcutPadding: design.shortcutPadding ?? commonSettings.shortcutPadding.default,
    survival: design.survival ?? commonSettings.survival.default,
  }
}
