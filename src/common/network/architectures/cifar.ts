import { z } from 'zod'
import { endBlock, requireShortcutFits } from '../families/families.ts'
import type { Flow, NetworkBuilder } from '../graph/builder.ts'
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
    let x = convolution(b, 'stem', '', { from: 'input', shape: design.inputShape }, design.widths[0], 1)
    x = b.relu('stem.relu', x)
    for (const [index, filters] of design.widths.entries()) {
      for (let block = 1; block <= design.n; block++)
        x = pair(b, design, `stage${index + 1}.block${block}`, x, filters, index > 0 && block === 1 ? 2 : 1)
    }
    b.classifier(x, design.classes)
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

/** 3x3 convolution and BN. */
function convolution(b: NetworkBuilder, path: string, index: string, x: Flow, filters: number, stride: number): Flow {
  return b.batchNormalization(
    `${path}.normalization${index}`,
    b.convolution(`${path}.convolution${index}`, x, { filters, kernel: 3, stride }),
  )
}

/** Two 3x3 layers and, in residual nets, the shortcut around them. */
function pair(b: NetworkBuilder, design: CifarDesign, path: string, x: Flow, filters: number, stride: number): Flow {
  const first = b.relu(`${path}.relu1`, convolution(b, path, '1', x, filters, stride))
  const y = convolution(b, path, '2', first, filters, 1)
  return b.relu(`${path}.relu2`, endBlock(b, design, path, x, y, stride))
}
