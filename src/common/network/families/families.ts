import { z } from 'zod'
import type { Flow, NetworkBuilder } from '../graph/builder.ts'
import { featureMap } from '../kinds/shape.ts'
import { layerSettings, type GivenSettings } from '../settings/layer-settings.ts'

/**
 * What happens around a block: nothing, a shortcut, or a shortcut with a gate (Highway Networks). Which blocks there are is the
 * architecture's question.
 */
export const families = ['plain', 'residual', 'highway'] as const
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
export interface BlockDesign extends GivenSettings {
  readonly family: Family
  readonly shortcut: ShortcutOption
}

/** Where a block begins and ends. */
export interface BlockEnds {
  /** What went into the block. */
  readonly x: Flow
  /** The same behind the BN and ReLU that the block's layers begin with; `x` itself where these begin with a convolution. */
  readonly activated: Flow
  /** What its layers made of it; before the last ReLU where this is behind the shortcut. */
  readonly y: Flow
  /** Of the whole block. */
  readonly stride: number
}

/** Ends a block: adds the shortcut around it in residual nets, through a gate in highway nets; leaves a plain net's block as it is. */
export function endBlock(b: NetworkBuilder, design: BlockDesign, path: string, ends: BlockEnds): Flow {
  if (design.family === 'plain') return ends.y
  const { gateBias, survival } = layerSettings(design)
  const around = shortcut(b, design, path, ends)
  if (design.family === 'highway') {
    const filters = featureMap(ends.y.shape)[2]
    const gate = b.convolution(`${path}.gate`, ends.activated, { filters, kernel: 1, stride: ends.stride, role: 'gate', bias: gateBias })
    return b.add('gated-addition', `${path}.gated-addition`, [ends.y, around, gate], {})
  }
  const branch = survival < 1 ? b.add('stochastic-depth', `${path}.stochastic-depth`, [ends.y], { survival }) : ends.y
  return b.addition(`${path}.addition`, branch, around)
}

/** A projection reads what is behind BN and ReLU, as the units do that it stands beside; an identity leaves the block's input as it is. */
function shortcut(b: NetworkBuilder, design: BlockDesign, path: string, { x, activated, y, stride }: BlockEnds): Flow {
  const filters = featureMap(y.shape)[2]
  const given = featureMap(x.shape)[2]
  const grows = stride !== 1 || given !== filters
  if (design.shortcut !== 'C' && (design.shortcut !== 'B' || !grows)) {
    const zerosBefore = layerSettings(design).shortcutPadding === 'both' ? Math.floor((filters - given) / 2) : 0
    return grows ? b.add('identity-shortcut', `${path}.shortcut`, [x], { stride, channels: filters, zerosBefore }) : x
  }
  const hasNormalization = layerSettings(design).normalization === 'batch'
  const options = { filters, kernel: 1, stride, role: 'projection', bias: hasNormalization ? null : 0 } as const
  const projected = b.convolution(`${path}.projection`, activated, options)
  return hasNormalization ? b.batchNormalization(`${path}.projection-normalization`, projected, 'projection') : projected
}

/** @throws Error when option A is asked to narrow a feature map, which zero padding cannot do. */
export function requireShortcutFits({ family, shortcut: option }: BlockDesign, widths: readonly number[]): void {
  const narrows = widths.some((width, index) => index > 0 && width < widths[index - 1]!)
  if (family === 'plain' || option !== 'A' || !narrows) return
  throw new Error(
    `Shortcut option A pads channels with zeros, so widths must not decrease; got ${widths.join(', ')}. Choose B or C, or other widths.`,
  )
}
