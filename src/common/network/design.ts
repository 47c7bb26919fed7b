import { z } from 'zod'
import { messageOf } from '../caught.ts'
import { SkiplabError } from '../failure.ts'
import { type AnyDesign, designFields, type GridPoint } from './architectures/architecture.ts'
import { architectureNamed, architectureNames, defaultArchitecture } from './architectures/architectures.ts'
import { requireDepth } from './depths.ts'
import { shortcutOptionSchema } from './families/families.ts'
import { requireSettings } from './settings/read-settings.ts'
import type { SettingValues } from './settings/setting.ts'
import { commonTraits, familyTraits } from './settings/traits.ts'

/**
 * Everything that determines a network: the union of all architectures' designs. Consumers ask what any design can tell
 * (depth, label, variant) and read no field of one architecture.
 */
export const networkDesignSchema = z
  .looseObject({ architecture: z.string().default(defaultArchitecture), ...designFields, shortcut: shortcutOptionSchema.optional() })
  .transform((design, context): AnyDesign => {
    if (!architectureNames().includes(design.architecture)) {
      const message = `expected ${architectureNames().join(' or ')}`
      context.issues.push({ code: 'custom', message, path: ['architecture'], input: design.architecture })
      return z.NEVER
    }
    const parsed = architectureNamed(design.architecture).schema.safeParse(design)
    if (parsed.success) return parsed.data
    for (const { path, message } of parsed.error.issues) context.issues.push({ code: 'custom', message, path, input: design })
    return z.NEVER
  })
export type NetworkDesign = AnyDesign
/** A design with what has a default left out. */
export type NetworkDesignInput = z.input<typeof networkDesignSchema>

/** Counts the weighted layers: convolutions of the main path and fully connected layers, as the paper counts them. */
export function depthOf(design: NetworkDesign): number {
  return architectureNamed(design.architecture).depth(design)
}

/** Makes the name used in tables, file names and chart labels: "plain-20", "residual-56 A", "residual-56 A 32-64-128". */
export function labelOf(design: NetworkDesign): string {
  return [`${design.family}-${depthOf(design)}`, ...variantParts(design)].join(' ')
}

/** Makes a network's label without its depth: "plain", "residual A". */
export function variantOf(design: NetworkDesign): string {
  return [design.family, ...variantParts(design)].join(' ')
}

/** Makes a text to sort networks by: those of one variant together, shallow first. Equal for equal networks of an experiment. */
export function networkOrder(design: NetworkDesign): string {
  return `${variantOf(design)} ${String(depthOf(design)).padStart(6, '0')}`
}

function variantParts(design: NetworkDesign): string[] {
  return [...(design.family === 'plain' ? [] : [design.shortcut]), ...traitsOf(design), ...familyTraits(design)]
}

/**
 * What is unusual about a design and can be of any family's, such as other widths than the paper's: networks that differ in it are not
 * of one experiment.
 */
export function traitsOf(design: NetworkDesign): readonly string[] {
  return [...architectureNamed(design.architecture).traits(design), ...commonTraits(design)]
}

/** Gives the channels of the stages. */
export function widthsOf(design: NetworkDesign): readonly number[] {
  return architectureNamed(design.architecture).widths(design)
}

/** Values of the architecture's settings that a sweep must give to come to this design: those that its depth alone does not tell. */
export function settingsOf(design: NetworkDesign): SettingValues {
  const architecture = architectureNamed(design.architecture)
  const depth = depthOf(design)
  const { family, shortcut, inputShape, classes } = design
  const point = { family, shortcut, depth, widths: widthsOf(design), inputShape, classes }
  const usual = architecture.hasDepth(depth, {}) ? architecture.at(point, {}) : {}
  const told = Object.keys(architecture.settings).filter(
    (name) => design[name] !== undefined && JSON.stringify(design[name]) !== JSON.stringify(usual[name]),
  )
  return Object.fromEntries(told.map((name) => [name, design[name]]))
}

/**
 * Validates a design and drops what its family ignores, so that equal networks have equal designs.
 * @throws ZodError, or Error as a sentence where the fields do not go together
 */
export function resolveDesign(input: NetworkDesignInput): NetworkDesign {
  const design = networkDesignSchema.parse(input)
  const { title, families, check } = architectureNamed(design.architecture)
  if (!families.includes(design.family)) throw new Error(`${title} are ${families.join(' or ')} only; got ${design.family}.`)
  check(design)
  return design.family === 'plain' ? { ...design, shortcut: 'A' } : design
}

/**
 * Makes the design at a point of a sweep's grid.
 * @throws SkiplabError bad-input when there is no such depth or its fields do not go together
 */
export function designAt(architectureName: string, { settings = {}, ...point }: GridPoint): NetworkDesign {
  const architecture = architectureNamed(architectureName)
  const { title, usualWidths } = architecture
  requireSettings(title, architecture.settings, settings)
  requireDepth(architectureName, point.depth, settings)
  if (point.widths && point.widths.length !== usualWidths.length) {
    const expected = `${usualWidths.length} widths, one a stage, such as ${usualWidths.join(',')}`
    throw new SkiplabError('bad-input', `${title}: expected ${expected}; got ${point.widths.join(',')}.`)
  }
  const parsed = networkDesignSchema.safeParse({ ...settings, ...architecture.at(point, settings) })
  if (!parsed.success) {
    const [issue] = parsed.error.issues
    throw new SkiplabError('bad-input', `${title}: ${issue?.path.join('.') ?? 'design'}: ${issue?.message ?? 'not valid'}.`)
  }
  try {
    return resolveDesign(parsed.data)
  } catch (error) {
    throw new SkiplabError('bad-input', messageOf(error))
  }
}
