import { architectureNamed, defaultArchitecture } from '../../../../common/network/architectures/architectures.ts'
import { type Family, type ShortcutOption, families, shortcutOptions } from '../../../../common/network/families/families.ts'
import { valuesThatFit } from '../../../../common/network/settings/read-settings.ts'
import { leavesOut } from '../../../../common/sweep/expand.ts'
import type { Sweep, SweepInput } from '../../../../common/sweep/sweep.ts'

export type Widths = number[]
export type Overrides = NonNullable<SweepInput['set']>

/** A sweep as it is being designed; everything in it can be changed by hand. */
export interface Draft {
  /** Empty: named after what it holds. */
  name: string
  dataset: string
  recipe: string
  set: Overrides
  /** Layout of the networks; says which depths and how many widths there are. */
  architecture: string
  /** Settings of the architecture; what is not there has its default. */
  network?: Readonly<Record<string, unknown>>
  families: Family[]
  /** Weighted layers, shallow first. */
  depths: number[]
  shortcuts: ShortcutOption[]
  /** Channels of the stages, as many as the architecture has. */
  widths: Widths[]
  /** A count, or the seeds themselves. */
  seeds: number | number[]
  /** What runs start from, of a sweep that says it; none: weights are drawn. */
  initialWeights?: Sweep['initialWeights']
  /** Learning rates that every network is trained at; none: the recipe’s. */
  learningRates?: Sweep['learningRates']
  /** What the sweep is to answer, written down before it; none: nothing is asked. */
  question?: Sweep['question']
  /** Higher runs first. */
  priority: number
  /** Keys of cells that are left out, see {@link cellKey}. */
  struck: string[]
}

/** What of the settings names tell: "stem-3x3". */
function settingTraits({ architecture, network = {} }: Pick<Draft, 'architecture' | 'network'>): string[] {
  const { settings } = architectureNamed(architecture)
  return Object.entries(valuesThatFit(settings, network)).flatMap(([name, value]) => {
    const setting = settings[name]
    const parsed = setting?.schema.safeParse(value)
    if (!setting || !parsed?.success || JSON.stringify(value) === JSON.stringify(setting.default)) return []
    return [setting.trait?.(parsed.data) ?? `${name} ${String(value)}`]
  })
}

/** Gives the channels of an architecture's stages as in the paper. */
export function usualWidthsOf(architecture: string): Widths {
  return [...architectureNamed(architecture).usualWidths]
}

/** A row of the run matrix: what stays when depth and seed are taken away. */
export interface Variant {
  readonly family: Family
  readonly shortcut: ShortcutOption
  readonly widths: Widths
  readonly label: string
}

/**
 * Plain nets have no shortcut, so they make one row for each widths; widths are named when there are several or others than the
 * paper's.
 */
export function variantsOf(draft: Pick<Draft, 'architecture' | 'families' | 'shortcuts' | 'widths'>): Variant[] {
  const paperOnly = draft.widths.length === 1 && draft.widths[0]?.join() === usualWidthsOf(draft.architecture).join()
  return draft.families.flatMap((family) =>
    (family === 'plain' ? (['A'] as const) : draft.shortcuts).flatMap((shortcut) =>
      draft.widths.map((widths): Variant => ({
        family,
        shortcut,
        widths,
        label: `${family === 'plain' ? 'plain' : `${family} ${shortcut}`}${paperOnly ? '' : ` ${widths.join('-')}`}`,
      })),
    ),
  )
}

export function cellKey(variant: Pick<Variant, 'family' | 'shortcut' | 'widths'>, depth: number): string {
  return `${variant.family} ${variant.family === 'plain' ? 'A' : variant.shortcut} ${variant.widths.join('-')} ${depth}`
}

/**
 * Names a sweep by what it holds: "Plain, residual A × 20, 56 on shapes-10"; another architecture than the usual one is named first,
 * then what is set.
 */
export function automaticName(draft: Draft): string {
  const variants = variantsOf(draft)
    .map((variant) => variant.label)
    .join(', ')
  const { depths } = draft
  const range = depths.length > 3 ? `${depths[0]} to ${depths[depths.length - 1]}` : depths.join(', ')
  const architecture = draft.architecture === defaultArchitecture ? [] : [draft.architecture]
  const nets = [...architecture, ...settingTraits(draft), variants].join(' ')
  const name = `${nets} × ${range} on ${draft.dataset}`
  return (name.charAt(0).toUpperCase() + name.slice(1)).slice(0, 120)
}

export function toSweep(draft: Draft): SweepInput {
  const several = draft.widths.length > 1
  const exclude = variantsOf(draft).flatMap((variant) => {
    const { family, shortcut, widths } = variant
    return draft.depths
      .filter((depth) => draft.struck.includes(cellKey(variant, depth)))
      .map((depth) => ({ family, depth, ...(family === 'plain' ? {} : { shortcut }), ...(several ? { widths } : {}) }))
  })
  return {
    name: draft.name.trim() || automaticName(draft),
    dataset: draft.dataset,
    recipe: draft.recipe,
    set: draft.set,
    architecture: draft.architecture,
    ...(draft.network && { network: draft.network }),
    families: draft.families,
    depths: draft.depths,
    shortcuts: draft.shortcuts,
    widths: draft.widths,
    seeds: draft.seeds,
    exclude,
    ...(draft.initialWeights !== undefined && { initialWeights: draft.initialWeights }),
    ...(draft.learningRates && { learningRates: draft.learningRates }),
    ...(draft.question && { question: draft.question }),
    priority: draft.priority,
  }
}

/** Makes a draft of a sweep from a file or a template; it makes the same runs. */
export function draftFrom(sweep: Sweep): Draft {
  const once = <T>(all: readonly T[]): T[] => [...new Set(all)]
  const draft: Draft = {
    name: sweep.name,
    dataset: sweep.dataset,
    recipe: sweep.recipe,
    set: sweep.set,
    architecture: sweep.architecture,
    ...(sweep.network && { network: sweep.network }),
    families: families.filter((family) => sweep.families.includes(family)),
    depths: once(sweep.depths).sort((a, b) => a - b),
    shortcuts: shortcutOptions.filter((option) => sweep.shortcuts.includes(option)),
    widths: once(sweep.widths.map((widths) => widths.join())).map((text) => sweep.widths.find((widths) => widths.join() === text)!),
    seeds: sweep.seeds,
    ...(sweep.initialWeights !== undefined && { initialWeights: sweep.initialWeights }),
    ...(sweep.learningRates && { learningRates: sweep.learningRates }),
    ...(sweep.question && { question: sweep.question }),
    priority: sweep.priority,
    struck: [],
  }
  const struck = variantsOf(draft).flatMap((variant) =>
    draft.depths.filter((depth) => leavesOut(sweep, { ...variant, depth })).map((depth) => cellKey(variant, depth)),
  )
  return { ...draft, struck }
}
