/** [height, width, channels] of a feature map, or [channels] after pooling. The batch is never part of a shape. */
export type Shape = readonly [number, number, number] | readonly [number]

/** A trainable array of a layer. Biases, BN scales and offsets are decayed like weights, as in the paper's recipe. */
export interface Parameter {
  /** Unique in the network: `<layer>/<weights|scale|offset|bias>`. */
  readonly name: string
  readonly shape: readonly number[]
  /** He normal (std = sqrt(2 / fanOut), Delving Deep into Rectifiers, eq. 14), a uniform bound, or a constant. */
  readonly initializer:
    | { readonly kind: 'he-normal'; readonly fan: number }
    | { readonly kind: 'uniform'; readonly bound: number }
    | { readonly kind: 'constant'; readonly value: number }
}

interface LayerBase {
  /** Unique, dotted: `stage2.block1.convolution1`. */
  readonly name: string
  /** Names of the layers this one reads; `input` is the image. */
  readonly inputs: readonly string[]
  readonly inputShape: Shape
  readonly outputShape: Shape
  readonly parameters: readonly Parameter[]
  /** Trainable numbers: the sum over `parameters`. */
  readonly parameterCount: number
  /** Multiply-adds for one image; only convolutions and the classifier count, as in the paper's Table 1. */
  readonly multiplyAdds: number
  /** 0 for stem and classifier, 1..3 for the stages. */
  readonly stage: number
  /** 1..n inside a stage, 0 elsewhere. */
  readonly block: number
}

export interface ConvolutionLayer extends LayerBase {
  readonly kind: 'convolution'
  readonly kernel: number
  readonly stride: number
  /** Zero rows and columns added on each side. */
  readonly padding: number
  /** A projection belongs to a shortcut, the others are on the main path. */
  readonly role: 'main' | 'projection'
}
export interface BatchNormalizationLayer extends LayerBase {
  readonly kind: 'batch-normalization'
  readonly role: 'main' | 'projection'
}
export interface ReluLayer extends LayerBase {
  readonly kind: 'relu'
}
/** Option A: every `stride`-th pixel of the input, new channels zero, appended after the old ones. */
export interface IdentityShortcutLayer extends LayerBase {
  readonly kind: 'identity-shortcut'
  readonly stride: number
}
/** inputs[0] is the residual function F(x), inputs[1] the shortcut. */
export interface AdditionLayer extends LayerBase {
  readonly kind: 'addition'
}
export interface GlobalAveragePoolingLayer extends LayerBase {
  readonly kind: 'global-average-pooling'
}
export interface FullyConnectedLayer extends LayerBase {
  readonly kind: 'fully-connected'
}

/** One entry of the flat list that every consumer (graph program, diagram, tables, weights import) reads. */
export type Layer =
  | ConvolutionLayer
  | BatchNormalizationLayer
  | ReluLayer
  | IdentityShortcutLayer
  | AdditionLayer
  | GlobalAveragePoolingLayer
  | FullyConnectedLayer

export type LayerKind = Layer['kind']
