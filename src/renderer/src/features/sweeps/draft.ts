import { cifar, depthOfN, nOfDepth } from '../../../../common/network/architectures/cifar.ts'
import { type Family, type ShortcutOption, families, shortcutOptions } from '../../../../common/network/families/families.ts'
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
  families: Family[]
  n: number[]
  shortcuts: ShortcutOption[]
  widths: Widths[]
  /** A count, or the seeds themselves. */
  seeds: number | number[]
  /** Higher runs first. */
  priority: number
  /** Keys of cells that are left out, see {@link cellKey}. */
  struck: string[]
}

export const paperWidths: Widths = [...cifar.usualWidths]

/** A row of the run matrix: what stays when depth and seed are taken away. */
export interface Variant {
  readonly family: Family
  readonly shortcut: ShortcutOption
  readonly widths: Widths
  readonly label: string
}

/** Plain nets have no shortcut, so they make one row for each widths; widths are named when there are several or others than the paper's. */
export function variantsOf(draft: Pick<Draft, 'families' | 'shortcuts' | 'widths'>): Variant[] {
  const paperOnly = draft.widths.length === 1 && draft.widths[0]?.join() === paperWidths.join()
  return draft.families.flatMap((family) =>
    (family === 'plain' ? (['A'] as const) : draft.shortcuts).flatMap((shortcut) =>
      draft.widths.map((widths): Variant => ({ family, shortcut, widths, label: `${family === 'plain' ? 'plain' : `${family} ${shortcut}`}${paperOnly ? '' : ` ${widths.join('-')}`}` })),
    ),
  )
}

export function cellKey(variant: Pick<Variant, 'family' | 'shortcut' | 'widths'>, n: number): string {
  return `${variant.family} ${variant.family === 'plain' ? 'A' : variant.shortcut} ${variant.widths.join('-')} ${n}`
}

/** "Plain, residual A × 20, 56 on shapes-10". */
export function automaticName(draft: Draft): string {
  const variants = variantsOf(draft).map((variant) => variant.label).join(', ')
  const depths = draft.n.map(depthOfN)
  const range = depths.length > 3 ? `${depths[0]} to ${depths[depths.length - 1]}` : depths.join(', ')
  const name = `${variants} × ${range} on ${draft.dataset}`
  return (name.charAt(0).toUpperCase() + name.slice(1)).slice(0, 120)
}

export function toSweep(draft: Draft): SweepInput {
  const several = draft.widths.length > 1
  const exclude = variantsOf(draft).flatMap((variant) => {
    const { family, shortcut, widths } = variant
    return draft.n
      .filter((n) => draft.struck.includes(cellKey(variant, n)))
      .map((n) => ({ family, depth: depthOfN(n), ...(family === 'plain' ? {} : { shortcut }), ...(several ? { widths } : {}) }))
  })
  return {
    name: draft.name.trim() || automaticName(draft),
    dataset: draft.dataset,
    recipe: draft.recipe,
    set: draft.set,
    families: draft.families,
    depths: draft.n.map(depthOfN),
    shortcuts: draft.shortcuts,
    widths: draft.widths,
    seeds: draft.seeds,
    exclude,
    priority: draft.priority,
  }
}

/** A sweep that came from a file or a template, as a draft that makes the same runs. */
export function draftFrom(sweep: Sweep): Draft {
  const once = <T>(all: readonly T[]): T[] => [...new Set(all)]
  const draft: Draft = {
    name: sweep.name,
    dataset: sweep.dataset,
    recipe: sweep.recipe,
    set: sweep.set,
    families: families.filter((family) => sweep.families.includes(family)),
    n: once(sweep.depths).flatMap((depth) => nOfDepth(depth) ?? []).sort((a, b) => a - b),
    shortcuts: shortcutOptions.filter((option) => sweep.shortcuts.includes(option)),
    widths: once(sweep.widths.map((widths) => widths.join())).map((text) => sweep.widths.find((widths) => widths.join() === text)!),
    seeds: sweep.seeds,
    priority: sweep.priority,
    struck: [],
  }
  const struck = variantsOf(draft).flatMap((variant) => draft.n.filter((n) => leavesOut(sweep, { ...variant, depth: depthOfN(n) })).map((n) => cellKey(variant, n)))
  return { ...draft, struck }
}
