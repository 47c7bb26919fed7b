import { bottleneck } from '../../network/blocks/bottleneck.ts'
import type { FileArray } from './file-arrays.ts'
import type { FileLayers } from './file-layers.ts'

/** Blocks of one width. */
export interface Stage {
  /** Channels before a bottleneck's expansion. */
  readonly width: number
  readonly blocks: number
  readonly blockKind: 'basic' | 'bottleneck'
  readonly projections: number
}

/** A stage's number in names: `layer2.0.conv1`, `stage2.block1`, `stack2b.0`, `group2`. */
const numbered = /(?:^|\.)(?:layer|stage|stack|group|block)s?[._]?(\d+)/

/**
 * Groups the convolutions of blocks into stages, by the number in their names, else by their width.
 * @returns the stages, first to last; or why they are none: a sentence
 */
export function stagesOf({ main, projections }: FileLayers): Stage[] | string {
  const ofThree = main.filter(({ shape }) => shape[2] === 3)
  if (ofThree.length === 0) return 'It has no 3x3 convolution behind the first one, and so no blocks.'
  const isNumbered = main.every(({ module }) => numbered.test(module))
  const ofOne = main.filter(({ shape }) => shape[2] === 1)
  const blockKind = ofOne.length >= 2 * ofThree.length ? 'bottleneck' : 'basic'
  const keyOf = ({ module, shape: [filters, inputs, kernel] }: FileArray): string => {
    if (isNumbered) return numbered.exec(module)?.[1] ?? ''
    if (kernel === 3) return String(filters)
    return String(blockKind === 'basic' ? filters : filters! > inputs! ? filters! / bottleneck.expansion : filters)
  }
  const groups = new Map<string, FileArray[]>()
  for (const array of ofThree) groups.set(keyOf(array), [...(groups.get(keyOf(array)) ?? []), array])
  const stages: Stage[] = []
  for (const [key, arrays] of groups) {
    const width = arrays[0]!.shape[0]!
    const others = [...new Set(arrays.map(({ shape }) => shape[0]))]
    if (others.length > 1) return `Its stage ${stages.length + 1} has layers of ${others.join(' and ')} filters; expected one width.`
    const blocks = blockKind === 'basic' ? arrays.length / 2 : arrays.length
    if (!Number.isInteger(blocks)) return `Its stage ${stages.length + 1} has ${arrays.length} 3x3 layers; basic blocks have two each.`
    const unnamed = ofOne.filter((array) => keyOf(array) === key).length - (blockKind === 'basic' ? 0 : 2 * blocks)
    const named = projections.filter((array) => array.shape[2] === 1 && keyOf(array) === key).length
    stages.push({ width, blocks, blockKind, projections: Math.max(0, unnamed) + named })
  }
  if (stages.length === 3 || stages.length === 4) return stages
  const all = stages.map(({ width }) => width).join(', ')
  return `Its blocks have ${stages.length} widths (${all}); CIFAR nets have three stages, ImageNet nets four.`
}
