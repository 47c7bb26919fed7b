import { Random } from '../training/random.ts'
import { type Block, blocksOf, type Section, withoutBranch } from './sections.ts'

/**
 * What is done to a block of a trained net before it is tested (Veit et al. 2016, section 4): its F(x) is removed, it changes places with
 * the block behind it, or its F(x) is scaled.
 */
export const lesionModes = ['remove', 'swap', 'halve'] as const
export type LesionMode = (typeof lesionModes)[number]

/** A block that is to be damaged. */
export interface LesionSite {
  readonly block: string
  /** 1 for the first block. */
  readonly position: number
  /** Why the lesion is not possible here; null where it is. */
  readonly hindrance: string | null
}

/** A damaged network. */
export interface Lesion {
  /** Which block stands at each position, both counted from 0; all blocks in their order where none was moved. */
  readonly order: readonly number[]
  /** What each block's F(x) is multiplied by, by the block; 0 removes it. */
  readonly scales: readonly number[]
}

/** Lists every block with what hinders its lesion. */
export function lesionSites(sections: readonly Section[], mode: LesionMode): LesionSite[] {
  const blocks = blocksOf(sections)
  return blocks.map((block, index) => ({ block: block.block, position: index + 1, hindrance: hindrances[mode](block, blocks[index + 1]) }))
}

const hindrances: Readonly<Record<LesionMode, (block: Block, next: Block | undefined) => string | null>> = {
  remove: (block) =>
    withoutBranch(block) === null
      ? `turns [${block.inputShape.join(', ')}] into [${block.outputShape.join(', ')}] without a shortcut, so nothing can take its place`
      : null,
  swap(block, next) {
    if (next?.section !== block.section + 1) return 'no block follows it'
    const shapes = new Set([block, next].flatMap(({ inputShape, outputShape }) => [inputShape.join(), outputShape.join()]))
    return shapes.size === 1 ? null : `the block behind it, ${next.block}, has another shape`
  },
  halve: () => null,
}

/**
 * The network after lesions at some positions, one after the other: swaps of one position with the next add up to other orders.
 * @param count blocks of the network
 * @param positions 1 for the first block
 * @param scale of F(x) where it is scaled
 */
export function lesionAt(count: number, mode: LesionMode, positions: readonly number[], scale: number): Lesion {
  const order = Array.from({ length: count }, (_, index) => index)
  const scales = Array<number>(count).fill(1)
  for (const position of positions) {
    if (mode === 'swap') [order[position - 1], order[position]] = [order[position]!, order[position - 1]!]
    else scales[position - 1] = mode === 'remove' ? 0 : scale
  }
  return { order, scales }
}

/**
 * Draws positions of several lesions: different ones, except that swaps may come back to a position.
 * @param possible positions that can be damaged
 * @param keys of the draw, such as seed, number of lesions and repeat
 */
export function drawPositions(possible: readonly number[], lesions: number, mode: LesionMode, keys: readonly number[]): number[] {
  const random = new Random(...keys)
  if (mode === 'swap') return Array.from({ length: lesions }, () => possible[random.below(possible.length)]!)
  return Array.from(random.shuffle(Uint32Array.from(possible)).subarray(0, lesions))
}

/** At most `points` numbers of lesions from 1 to `most`, evenly spaced. */
export function lesionCounts(most: number, points: number): number[] {
  const count = Math.min(most, points)
  return Array.from({ length: count }, (_, index) => (count === 1 ? most : Math.round(1 + (index * (most - 1)) / (count - 1))))
}
