import { z } from 'zod'
import type { Flow, NetworkBuilder } from '../graph/builder.ts'
import { featureMap } from '../kinds/shape.ts'

/** What happens around a block: nothing, or a shortcut. Which blocks there are is the architecture's question. */
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

/** What a family asks of a design. */
export interface BlockDesign {
  readonly family: Family
  readonly shortcut: ShortcutOption
}

/**
 * Ends a block: adds the shortcut around it in residual nets, leaves a plain net's block as it is.
 * @param x what went into the block
 * @param y what its layers made of it, before the last ReLU
 * @param stride of the whole block
 */
export function endBlock(b: NetworkBuilder, design: BlockDesign, path: string, x: Flow, y: Flow, stride: number): Flow {
  return design.family === 'plain' ? y : b.addition(`${path}.addition`, y, shortcut(b, design.shortcut, path, x, y, stride))
}

function shortcut(b: NetworkBuilder, option: ShortcutOption, path: string, x: Flow, y: Flow, stride: number): Flow {
  const filters = featureMap(y.shape)[2]
  const grows = stride !== 1 || featureMap(x.shape)[2] !== filters
  if (option === 'C' || (option === 'B' && grows)) {
    const projected = b.convolution(`${path}.projection`, x, { filters, kernel: 1, stride, role: 'projection' })
    return b.batchNormalization(`${path}.projection-normalization`, projected, 'projection')
  }
  return grows ? b.add('identity-shortcut', `${path}.shortcut`, [x], { stride, channels: filters }) : x
}

/** @throws Error when option A is asked to narrow a feature map, which zero padding cannot do. */
export function requireShortcutFits({ family, shortcut: option }: BlockDesign, widths: readonly number[]): void {
  const narrows = widths.some((width, index) => index > 0 && width < widths[index - 1]!)
  if (family === 'plain' || option !== 'A' || !narrows) return
  throw new Error(
    `Shortcut option A pads channels with zeros, so widths must not decrease; got ${widths.join(', ')}. Choose B or C, or other widths.`,
  )
}
