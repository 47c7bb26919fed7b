import { z } from 'zod'
import { convolutionLayer } from '../blocks/layer.ts'
import { blockSettings } from '../blocks/settings.ts'
import { type BlockKind, blockKinds, blocks as blockDefinitions, layOutStages } from '../blocks/stages.ts'
import { requireShortcutFits, shortcutOptionSchema } from '../families/families.ts'
import { choice, numbersSetting, settingFields, type SettingValues } from '../settings/setting.ts'
import { defineArchitecture, designFields } from './architecture.ts'

const usualWidths = [64, 128, 256, 512] as const
const width = z.int().min(1).max(4096)

/** Table 1: blocks of each stage by depth. */
const layouts: Readonly<Record<BlockKind, Readonly<Record<number, readonly number[]>>>> = {
  basic: { 18: [2, 2, 2, 2], 34: [3, 4, 6, 3] },
  bottleneck: { 50: [3, 4, 6, 3], 101: [3, 4, 23, 3], 152: [3, 8, 36, 3] },
}

const settings = {
  blocks: numbersSetting(
    { least: 1, most: 200, count: usualWidths.length },
    { title: 'Blocks', words: 'blocks of each stage, such as 2,2,2,2, in place of those of the paper', default: null },
  ),
  ...blockSettings(null),
  stem: choice(['7x7', '3x3'], {
    title: 'Stem',
    words: '7x7 with stride 2 and a max pool as in the paper, or 3x3 with neither, for small images',
    default: '7x7',
    trait: (kernel) => `stem-${kernel}`,
  }),
}

const schema = z.strictObject({
  architecture: z.literal('imagenet'),
  ...designFields,
  shortcut: shortcutOptionSchema.default('B'),
  ...settingFields(settings),
  widths: z.tuple([width, width, width, width]).default([...usualWidths]),
})
type ImagenetDesign = z.infer<typeof schema>

/**
 * The paper's nets for ImageNet (Table 1): a 7x7 stem with stride 2 and a 3x3 max pool with stride 2, four stages of blocks with
 * stride 2 at the start of all but the first, global average pooling and a classifier.
 */
export const imagenet = defineArchitecture<ImagenetDesign>({
  name: 'imagenet',
  title: 'ImageNet nets',
  schema,
  settings,
  usualShortcut: 'B',
  depth: ({ blockKind, blocks }) => depthOf(blockKind, blocks),
  depthRule,
  usualDepths: (given) => layoutsWith(given).map(({ blockKind, blocks }) => depthOf(blockKind, blocks)),
  hasDepth: (depth, given) => layoutAt(depth, given) !== undefined,
  usualWidths,
  widths: (design) => design.widths,
  at: ({ depth, widths = usualWidths, ...point }, given) => ({
    architecture: 'imagenet',
    ...point,
    widths: [...widths],
    ...layoutAt(depth, given),
  }),
  check(design) {
    requireShortcutFits(design, design.widths)
    requireSize(design)
  },
  traits: ({ blockKind, blocks, widths }) => [
    'imagenet',
    ...(layouts[blockKind][depthOf(blockKind, blocks)]?.join() === blocks.join() ? [] : [`blocks-${blocks.join('-')}`]),
    ...(widths.join() === usualWidths.join() ? [] : [widths.join('-')]),
  ],
  layOut(b, design) {
    const inPaper = design.stem === '7x7'
    const input = { from: 'input', shape: design.inputShape }
    const stem = convolutionLayer(b, design, 'stem', '', input, {
      filters: design.widths[0],
      kernel: inPaper ? 7 : 3,
      stride: inPaper ? 2 : 1,
    })
    const x = b.relu('stem.relu', stem)
    b.classifier(layOutStages(b, design, inPaper ? b.maxPooling('stem.pooling', x, 3, 2, 1) : x, design.blocks), design.classes)
  },
})

interface Layout {
  readonly blockKind: BlockKind
  readonly blocks: readonly number[]
}

/** Stem, the blocks' layers and the classifier. */
function depthOf(kind: BlockKind, blocks: readonly number[]): number {
  return 2 + blockDefinitions[kind].layers * blocks.reduce((sum, count) => sum + count, 0)
}

/** Layouts that agree with the settings given: the paper's, or those of the block counts. */
function layoutsWith(given: SettingValues): Layout[] {
  const { blockKind, blocks } = z.object({ blockKind: settings.blockKind.schema, blocks: settings.blocks.schema }).partial().parse(given)
  const kinds = blockKind ? [blockKind] : blockKinds
  return kinds.flatMap((kind) => (blocks ? [blocks] : Object.values(layouts[kind])).map((counts) => ({ blockKind: kind, blocks: counts })))
}

function layoutAt(depth: number, given: SettingValues): Layout | undefined {
  return layoutsWith(given).find(({ blockKind, blocks }) => depthOf(blockKind, blocks) === depth)
}

function depthRule(given: SettingValues): string {
  const all = layoutsWith(given).map(({ blockKind, blocks }) => `${depthOf(blockKind, blocks)} (${blockKind} ${blocks.join('-')})`)
  return `there are ${all.join(', ')}${given.blocks === undefined ? '; others by the number of blocks in each stage' : ''}`
}

/** Every layer that halves the map needs one of at least two pixels a side. */
function requireSize({ inputShape: [height, width], stem }: ImagenetDesign): void {
  const least = stem === '7x7' ? 17 : 9
  if (Math.min(height, width) >= least) return
  throw new Error(
    `ImageNet nets with a ${stem} stem take images of ${least} pixels and more a side; got ` +
      `${height}x${width}.${stem === '7x7' ? ' Choose the 3x3 stem or larger images.' : ''}`,
  )
}
