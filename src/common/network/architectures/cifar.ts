import { z } from 'zod'
import { convolutionLayer } from '../blocks/layer.ts'
import { blockSettings } from '../blocks/settings.ts'
import { blocks, layOutStages } from '../blocks/stages.ts'
import { requireShortcutFits } from '../families/families.ts'
import { settingFields, type SettingValues } from '../settings/setting.ts'
import { defineArchitecture, designFields } from './architecture.ts'

/** Blocks in each of three stages. 333 gives 2000 layers, of bottlenecks 2999. */
export const maximumN = 333

const settings = blockSettings('basic')
const width = z.int().min(1).max(4096)

/** Channels of the three stages in section 4.2; names mention only others. */
const usualWidths = [16, 32, 64] as const

const schema = z.strictObject({
  architecture: z.literal('cifar').default('cifar'),
  ...designFields,
  n: z.int().min(1).max(maximumN),
  ...settingFields(settings),
  widths: z.tuple([width, width, width]).default([...usualWidths]),
})
type CifarDesign = z.infer<typeof schema>

/**
 * The paper's nets for CIFAR-10 (section 4.2): a 3x3 stem, three stages of n pairs of 3x3 layers with stride 2 at the start of
 * stages 2 and 3, global average pooling and a classifier. BN follows each convolution, ReLU follows BN, a block's last ReLU follows
 * the addition.
 */
export const cifar = defineArchitecture<CifarDesign>({
  name: 'cifar',
  title: 'CIFAR nets (6n+2)',
  schema,
  settings,
  depth: (design) => depthOfN(design.n, design),
  depthRule: (given) =>
    isOfBottlenecks(given)
      ? 'with bottlenecks n gives 9n+2 layers: 11, 20, 29, 38 and so on'
      : 'n gives 6n+2 layers: 8, 14, 20, 26 and so on',
  depthNotation: { example: 'n = 3', read: readN },
  usualDepths: (given) => (isOfBottlenecks(given) ? [29, 47, 56, 110, 164] : [20, 32, 44, 56, 110]),
  hasDepth: (depth, given) => nOfDepth(depth, given) !== null,
  usualWidths,
  widths: (design) => design.widths,
  at: ({ depth, widths = usualWidths, ...point }, given) => ({
    architecture: 'cifar',
    ...point,
    widths: [...widths],
    n: nOfDepth(depth, given),
  }),
  check: (design) => requireShortcutFits(design, design.widths),
  traits: ({ widths }) => (widths.join() === usualWidths.join() ? [] : [widths.join('-')]),
  layOut(b, design) {
    const input = { from: 'input', shape: design.inputShape }
    const stem = convolutionLayer(b, design, 'stem', '', input, { filters: design.widths[0], kernel: 3 })
    b.classifier(layOutStages(b, design, b.relu('stem.relu', stem), [design.n, design.n, design.n]), design.classes)
  },
})

function isOfBottlenecks({ blockKind }: SettingValues): boolean {
  return blockKind === 'bottleneck'
}

/** Layers of one block in each of the three stages: 6, of bottlenecks 9. */
function layersOfThree(given: SettingValues): number {
  return 3 * blocks[isOfBottlenecks(given) ? 'bottleneck' : 'basic'].layers
}

/** Weighted layers of a 6n+2 or, of bottlenecks, 9n+2 network: the stem, the blocks' layers and the classifier. */
export function depthOfN(n: number, given: SettingValues = {}): number {
  return layersOfThree(given) * n + 2
}

/** n of a depth, or null where no network has it. */
export function nOfDepth(depth: number, given: SettingValues = {}): number | null {
  const n = (depth - 2) / layersOfThree(given)
  return Number.isInteger(n) && n >= 1 && n <= maximumN ? n : null
}

/** "n = 3", "n3", "n = 3, 5, 7". */
function readN(text: string, given: SettingValues): number[] | null {
  const list = /^n\s*=?\s*(\d+(?:[\s,;]+\d+)*)$/i.exec(text)?.[1]
  return list?.split(/[\s,;]+/).map((n) => depthOfN(Number(n), given)) ?? null
}
