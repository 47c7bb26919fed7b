import { z } from 'zod'
import { convolutionLayer } from '../blocks/layer.ts'
import { layOutStages } from '../blocks/stages.ts'
import { requireShortcutFits } from '../families/families.ts'
import { defineArchitecture, designFields } from './architecture.ts'

/** n pairs of 3x3 layers in each of three stages. 333 gives 2000 layers. */
export const maximumN = 333

const width = z.int().min(1).max(4096)

/** Channels of the three stages in section 4.2; names mention only others. */
const usualWidths = [16, 32, 64] as const

const schema = z.strictObject({
  architecture: z.literal('cifar').default('cifar'),
  ...designFields,
  n: z.int().min(1).max(maximumN),
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
  depth: ({ n }) => depthOfN(n),
  depthRule: 'n gives 6n+2 layers: 8, 14, 20, 26 and so on',
  depthNotation: { example: 'n = 3', read: readN },
  usualDepths: [20, 32, 44, 56, 110],
  hasDepth: (depth) => nOfDepth(depth) !== null,
  usualWidths,
  widths: (design) => design.widths,
  at: ({ depth, widths = usualWidths, ...point }) => ({ architecture: 'cifar', ...point, widths: [...widths], n: nOfDepth(depth) }),
  check: (design) => requireShortcutFits(design, design.widths),
  traits: ({ widths }) => (widths.join() === usualWidths.join() ? [] : [widths.join('-')]),
  layOut(b, design) {
    const stem = convolutionLayer(
      b,
      design,
      'stem',
      '',
      { from: 'input', shape: design.inputShape },
      { filters: design.widths[0], kernel: 3 },
    )
    const style = { ...design, blockKind: 'basic', bottleneckStride: '1x1' } as const
    b.classifier(layOutStages(b, style, b.relu('stem.relu', stem), [design.n, design.n, design.n]), design.classes)
  },
})

/** Weighted layers of a 6n+2 network: the stem, 6n 3x3 layers and the classifier. */
export function depthOfN(n: number): number {
  return 6 * n + 2
}

/** n of a depth, or null where no 6n+2 network has it. */
export function nOfDepth(depth: number): number | null {
  const n = (depth - 2) / 6
  return Number.isInteger(n) && n >= 1 && n <= maximumN ? n : null
}

/** "n = 3", "n3", "n = 3, 5, 7". */
function readN(text: string): number[] | null {
  const list = /^n\s*=?\s*(\d+(?:[\s,;]+\d+)*)$/i.exec(text)?.[1]
  return list?.split(/[\s,;]+/).map((n) => depthOfN(Number(n))) ?? null
}
