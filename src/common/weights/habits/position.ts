import type { Layer } from '../../network/graph/layer.ts'

/** Where a layer of stages of blocks stands. */
export interface LayerPosition {
  /** 1-based. */
  readonly stage: number
  /** 1-based, in the stage. */
  readonly block: number
  /** `convolution`, `normalization`, `projection`, `projection-normalization` or `gate`. */
  readonly part: string
  /** What tells convolutions and BN of a block apart, 1-based; '' where there is one. */
  readonly index: string
}

/** Reads `stage2.block1.convolution1`; null for layers of no block. */
export function positionOf({ name }: Pick<Layer, 'name'>): LayerPosition | null {
  const [, stage, block, part, index] = /^stage(\d+)\.block(\d+)\.(\D+?)(\d*)$/.exec(name) ?? []
  return stage && block && part ? { stage: Number(stage), block: Number(block), part, index: index ?? '' } : null
}
