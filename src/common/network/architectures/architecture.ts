import { z } from 'zod'
import { families, familySchema, shortcutOptionSchema, type Family, type ShortcutOption } from '../families/families.ts'
import { commonSettings, type GivenSettings } from '../settings/layer-settings.ts'
import type { NetworkBuilder } from '../graph/builder.ts'
import { settingFields, type Settings, type SettingValues, traitsOfSettings, withoutDefaults } from '../settings/setting.ts'

const size = z.int().min(8).max(512)

/** [height, width, channels] of an input image. */
export const inputShapeSchema = z.tuple([size, size, z.int().min(1).max(16)])

/** What every architecture's design has; an architecture adds fields of its own. */
export const designFields = {
  family: familySchema,
  /** Ignored by the plain family; resolved designs of plain nets always hold 'A'. */
  shortcut: shortcutOptionSchema.default('A'),
  inputShape: inputShapeSchema.default([32, 32, 3]),
  classes: z.int().min(2).max(100_000).default(10),
  ...settingFields(commonSettings),
}

/** A design as every consumer may see it: what an architecture adds is its own affair. */
export type AnyDesign = GivenSettings & {
  readonly architecture: string
  readonly family: Family
  readonly shortcut: ShortcutOption
  readonly inputShape: [number, number, number]
  readonly classes: number
  readonly [field: string]: unknown
}

/** A point of a sweep's grid: from this an architecture makes its design. */
export interface GridPoint {
  readonly family: Family
  /** Weighted layers. */
  readonly depth: number
  readonly shortcut: ShortcutOption
  /** Channels of the stages; left out: the paper's. */
  readonly widths?: readonly number[]
  readonly inputShape: [number, number, number]
  readonly classes: number
  /** Of the architecture; left out: none but defaults. */
  readonly settings?: SettingValues
}

/** Another way to write depths than in layers. */
export interface DepthNotation {
  /** "n = 3": for hints. */
  readonly example: string
  /** Layers of a depth or a list of them in this notation, whether or not there are such nets; null for what is not in it. */
  read(text: string, settings: SettingValues): number[] | null
}

/** A family of layouts: which layers there are at a depth. One file here each. */
export interface ArchitectureDefinition<D extends AnyDesign> {
  /** `cifar`: what designs and `--architecture` say. */
  readonly name: string
  /** "CIFAR nets (6n+2)": for people. */
  readonly title: string
  /** Everything that determines a network; two equal designs are the same network. */
  readonly schema: z.ZodType<D>
  /** Fields that the architecture adds to the settings that all have, in the order in which names tell them. */
  readonly settings: Settings
  /** Settings that all have but that change nothing in this layout. */
  readonly ignoredSettings?: readonly (keyof typeof commonSettings)[]
  /** Families that the layout has a place for; left out: all. */
  readonly families?: readonly Family[]
  /** Shortcut option where none is given; left out: A. */
  readonly usualShortcut?: ShortcutOption
  /** Weighted layers; equal to the graph's, but computed without laying it out. */
  depth(design: D): number
  /** "n gives 6n+2 layers": which depths there are with these settings, in words. */
  depthRule(settings: SettingValues): string
  readonly depthNotation?: DepthNotation
  /** Depths that the paper has, or a few that there are with these settings, shallow first. */
  usualDepths(settings: SettingValues): readonly number[]
  /** Whether a network of so many layers can be laid out with these settings. */
  hasDepth(depth: number, settings: SettingValues): boolean
  /** Channels of the stages as in the paper; as many as there are stages. */
  readonly usualWidths: readonly number[]
  /** Channels of a design's stages. */
  widths(design: D): readonly number[]
  /** Fields of the design at a point of the grid, as the schema reads them, settings aside; only called where `hasDepth`. */
  at(point: Omit<GridPoint, 'settings'>, settings: SettingValues): Readonly<Record<string, unknown>>
  /** @throws Error, as a sentence for people, where the fields do not go together */
  check(design: D): void
  /** What the name tells beside family, depth, shortcut and settings: only what is unusual. */
  traits(design: D): readonly string[]
  /** Adds all layers, in the order of computation. */
  layOut(b: NetworkBuilder, design: D): void
}

/** An architecture whose own type of design nobody else needs to know. */
export interface Architecture extends Omit<ArchitectureDefinition<AnyDesign>, 'schema' | 'families' | 'usualShortcut' | 'ignoredSettings'> {
  /** Reads a design as it is stored: without settings that have their default. */
  readonly schema: z.ZodType<AnyDesign>
  readonly families: readonly Family[]
  readonly usualShortcut: ShortcutOption
}

/** Hides an architecture's type of design: each question reads the design with the architecture's schema, once an object. */
export function defineArchitecture<D extends AnyDesign>(definition: ArchitectureDefinition<D>): Architecture {
  const { ignoredSettings = [] } = definition
  const all = { ...definition.settings, ...commonSettings }
  const settings = Object.fromEntries(Object.entries(all).filter(([name]) => !ignoredSettings.some((ignored) => ignored === name)))
  const known = new WeakMap<AnyDesign, D>()
  const read = (design: AnyDesign): D => {
    const own = known.get(design) ?? definition.schema.parse(design)
    known.set(design, own)
    return own
  }
  return {
    families,
    usualShortcut: 'A',
    ...definition,
    settings,
    schema: definition.schema.transform((design) => withoutDefaults(all, design)),
    depth: (design) => definition.depth(read(design)),
    widths: (design) => definition.widths(read(design)),
    check: (design) => definition.check(read(design)),
    traits: (design) => [...definition.traits(read(design)), ...traitsOfSettings(definition.settings, read(design))],
    layOut: (b, design) => definition.layOut(b, read(design)),
  }
}
