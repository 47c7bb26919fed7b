import { z } from 'zod'

/** What the value of a setting can be; a list holds whole numbers. */
export type SettingValue = string | number | boolean | readonly number[]

/** Values by the names of their settings; what is not there has its default. */
export type SettingValues = Readonly<Record<string, unknown>>

/** What kind of value a setting has: command line and page choose its field by this. */
type Form =
  | { readonly kind: 'choice'; readonly choices: readonly string[] }
  | { readonly kind: 'number'; readonly least: number; readonly most: number; readonly whole: boolean }
  | { readonly kind: 'numbers'; readonly least: number; readonly most: number; readonly count: number }

/** Fields of a design that tell whether a setting matters in it. */
export type DesignFields = SettingValues & { readonly family: string }

interface SettingWords<V extends SettingValue, D extends V | null> {
  /** "Block", for a field's title. */
  readonly title: string
  /** A sentence without its full stop, which fits behind an option of the command line too. */
  readonly words: string
  /** Value where none is given; null where other fields tell it, such as the depth. */
  readonly default: D
  /** Whether the setting changes a network with these fields; left out: always. Where it does not, designs leave it out. */
  appliesTo?(design: DesignFields): boolean
  /** What the network's name tells of a value that is not the default: "stride-3x3". */
  trait?(value: V): string
}

/**
 * A field of a design beside family, depth, shortcut, widths, input and classes. Schema, options of the command line, fields of sweep
 * files and of the page, and the traits in names all follow from it.
 */
export interface Setting<V extends SettingValue = SettingValue, D extends V | null = V | null> extends SettingWords<V, D> {
  readonly form: Form
  readonly schema: z.ZodType<V>
}

/** Settings of an architecture by name. */
export type Settings = Readonly<Record<string, Setting>>

/** One of several words. */
export function choice<const V extends string, const D extends V | null>(choices: readonly V[], words: SettingWords<V, D>): Setting<V, D> {
  return { ...words, form: { kind: 'choice', choices }, schema: z.enum(choices) }
}

/** A number from `least` to `most`. */
export function numberSetting<const D extends number | null>(
  { least, most, whole = false }: { readonly least: number; readonly most: number; readonly whole?: boolean },
  words: SettingWords<number, D>,
): Setting<number, D> {
  const schema = whole ? z.int() : z.number()
  return { ...words, form: { kind: 'number', least, most, whole }, schema: schema.min(least).max(most) }
}

/** Whole numbers from `least` to `most`, `count` of them. */
export function numbersSetting<const D extends null>(
  { least, most, count }: { readonly least: number; readonly most: number; readonly count: number },
  words: SettingWords<readonly number[], D>,
): Setting<readonly number[], D> {
  const schema = z.array(z.int().min(least).max(most)).length(count)
  return { ...words, form: { kind: 'numbers', least, most, count }, schema }
}

type SchemaOf<S> = S extends Setting<infer V, infer D> ? (null extends D ? z.ZodType<V> : z.ZodDefault<z.ZodType<V>>) : never

/** Fields for an architecture's schema; required where a setting has no default. */
export function settingFields<S extends Settings>(settings: S): { readonly [K in keyof S]: SchemaOf<S[K]> } {
  return Object.fromEntries(
    Object.entries(settings).map(([name, setting]) => [
      name,
      setting.default === null ? setting.schema : setting.schema.default(setting.default),
    ]),
  ) as { readonly [K in keyof S]: SchemaOf<S[K]> }
}

/** What of a design is stored: settings that have their default, or do not matter, are left out, so that equal networks are equal. */
export function withoutDefaults<D extends DesignFields>(settings: Settings, design: D): D {
  const kept = Object.entries(design).filter(([name, value]) => {
    const setting = settings[name]
    if (setting === undefined) return true
    return (setting.appliesTo?.(design) ?? true) && JSON.stringify(value) !== JSON.stringify(setting.default)
  })
  return Object.fromEntries(kept) as D
}

/** What names tell of a design's settings, in their order: only of those that have a default and another value. */
export function traitsOfSettings(settings: Settings, design: DesignFields): string[] {
  const stored = withoutDefaults(settings, design)
  return Object.entries(settings).flatMap(([name, setting]) => {
    const value = setting.schema.safeParse(stored[name])
    return value.success && setting.default !== null && setting.trait ? [setting.trait(value.data)] : []
  })
}
