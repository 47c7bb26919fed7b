import type { Network } from '../network/network.ts'
import { elements } from '../network/kinds/shape.ts'
import { drawPositions, type Lesion, lesionAt, lesionCounts, type LesionMode, lesionSites, type LesionSite } from './lesions.ts'
import { blocksOf, type Section, sectionsOf } from './sections.ts'

/** Most bytes of blocks' inputs that are held at once. */
const mostHeld = 256e6
/** Images of a batch where they are small. */
const usualBatch = 100
/** Positions at which passes begin, at most. */
const mostEntries = 12
/** Numbers of lesions at once that are tried, at most. */
const severalPoints = 10

export interface LesionOptions {
  readonly mode: LesionMode
  /** Names of blocks; all where there are none. */
  readonly blocks: readonly string[]
  /** What F(x) is multiplied by where it is scaled. */
  readonly scale: number
  /** Most lesions at once; 0 for single ones alone. */
  readonly several: number
  /** Draws of each number of lesions at once. */
  readonly repeats: number
  readonly seed: number
}

/** All lesions of one network. */
export interface LesionPlan {
  readonly sites: readonly LesionSite[]
  /** One for each site without a hindrance, in their order. */
  readonly single: readonly { readonly position: number; readonly lesion: Lesion }[]
  /** Several at once, few first. */
  readonly several: readonly { readonly lesions: number; readonly draws: readonly Lesion[] }[]
}

/** Plans the lesions of one network; blocks that it does not have are passed over. */
export function planLesions(network: Pick<Network, 'layers'>, options: LesionOptions): LesionPlan {
  const { mode, scale, blocks, repeats, seed } = options
  const sites = lesionSites(sectionsOf(network), mode)
  const chosen = blocks.length ? sites.filter(({ block }) => blocks.includes(block)) : sites
  const at = (positions: readonly number[]) => lesionAt(sites.length, mode, positions, scale)
  const possible = chosen.flatMap(({ hindrance, position }) => (hindrance === null ? [position] : []))
  const most = mode === 'swap' && possible.length ? options.several : Math.min(options.several, possible.length)
  return {
    sites: chosen,
    single: possible.map((position) => ({ position, lesion: at([position]) })),
    several: lesionCounts(most, severalPoints).map((lesions) => ({
      lesions,
      draws: Array.from({ length: repeats }, (_, repeat) => at(drawPositions(possible, lesions, mode, [seed, lesions, repeat]))),
    })),
  }
}

/** So many images at once that what is held of them fits into memory. */
export function lesionBatch(network: Pick<Network, 'layers'>): number {
  return Math.max(1, Math.floor(Math.min(usualBatch, mostHeld / heldBytes(network))))
}

/** Bytes that are held for one image: what goes into the blocks at which passes begin. */
export function heldBytes(network: Pick<Network, 'layers'>): number {
  const blocks = blocksOf(sectionsOf(network))
  return 4 * entryPositions(blocks.length).reduce((sum, position) => sum + elements(blocks[position]!.inputShape), 0)
}

/**
 * Positions at which passes of damaged networks begin, counted from 0, the first among them. Few, because TensorFlow takes as long to
 * prepare a pass from another position (0.9 s for ResNet-110) as a pass through a block takes for 40,000 images.
 */
export function entryPositions(count: number): number[] {
  const step = Math.ceil(count / mostEntries)
  return Array.from({ length: Math.ceil(count / Math.max(1, step)) }, (_, entry) => entry * step)
}

/** Counts the multiply-adds of one image in all lesions and the undamaged pass: each lesion costs what stands from its first block on. */
export function lesionWork(network: Network, options: LesionOptions): number {
  const sections = sectionsOf(network)
  const blocks = blocksOf(sections)
  const plan = planLesions(network, options)
  const lesions = [...plan.single.map(({ lesion }) => lesion), ...plan.several.flatMap(({ draws }) => draws)]
  const entries = entryPositions(blocks.length)
  const from = blocks.map(({ section }) => sections.slice(section).reduce((sum, each) => sum + multiplyAdds(each), 0))
  const costOf = ({ order, scales }: Lesion) => {
    const damaged = order.findIndex((block, position) => block !== position || scales[block] !== 1)
    const first = entries.findLast((entry) => entry <= damaged) ?? 0
    const removed = blocks.reduce((sum, block, index) => (scales[index] === 0 ? sum + multiplyAdds(block) : sum), 0)
    return (from[first] ?? 0) - removed
  }
  return network.multiplyAdds + lesions.reduce((sum, lesion) => sum + costOf(lesion), 0)
}

function multiplyAdds({ layers }: Section): number {
  return layers.reduce((sum, layer) => sum + layer.multiplyAdds, 0)
}
