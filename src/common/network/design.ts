import { z } from 'zod'

/** Families of networks that differ only in what happens around each pair of 3x3 layers. */
export const families = ['plain', 'residual'] as const
export const familySchema = z.enum(families)
export type Family = z.infer<typeof familySchema>

/**
 * Shortcut options of the paper, section 4.1: A pads new channels with zeros and has no parameters,
 * B projects (1x1 convolution and BN) where dimensions grow, C projects everywhere.
 */
export const shortcutOptions = ['A', 'B', 'C'] as const
export const shortcutOptionSchema = z.enum(shortcutOptions)
export type ShortcutOption = z.infer<typeof shortcutOptionSchema>

/** Depth of the CIFAR-10 nets: n pairs of 3x3 layers in each of three stages. 333 gives 2000 layers. */
export const maximumN = 333

const size = z.int().min(8).max(512)
const width = z.int().min(1).max(4096)

/** Channels of the three stages in section 4.2; names mention only others. */
export const paperWidths = [16, 32, 64] as const

/** Everything that determines a 6n+2 network of section 4.2; two equal designs are the same network. */
export const networkDesignSchema = z.strictObject({
  family: familySchema,
  n: z.int().min(1).max(maximumN),
  /** Ignored by the plain family; resolved designs of plain nets always hold 'A'. */
  shortcut: shortcutOptionSchema.default('A'),
  widths: z.tuple([width, width, width]).default([...paperWidths]),
  /** [height, width, channels] of the input image. */
  inputShape: z.tuple([size, size, z.int().min(1).max(16)]).default([32, 32, 3]),
  classes: z.int().min(2).max(100_000).default(10),
})
export type NetworkDesign = z.infer<typeof networkDesignSchema>

/** Weighted layers of a 6n+2 network: the stem, 6n 3x3 layers and the classifier. */
export function layerCount(n: number): number {
  return 6 * n + 2
}

/** "plain-20", "residual-56 A", "residual-56 A 32-64-128": the name used in tables, file names and chart labels. */
export function networkName(design: Pick<NetworkDesign, 'family' | 'n' | 'shortcut' | 'widths'>): string {
  return named(`${design.family}-${layerCount(design.n)}`, design)
}

/** "plain", "residual A": what stays of a network's name when its depth is taken away. */
export function variantName(design: Pick<NetworkDesign, 'family' | 'shortcut' | 'widths'>): string {
  return named(design.family, design)
}

function named(start: string, { family, shortcut, widths }: Pick<NetworkDesign, 'family' | 'shortcut' | 'widths'>): string {
  const usual = widths.every((width, stage) => width === paperWidths[stage])
  return [start, ...(family === 'plain' ? [] : [shortcut]), ...(usual ? [] : [widths.join('-')])].join(' ')
}
