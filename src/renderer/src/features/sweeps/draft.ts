import type { Family, ShortcutOption } from '../../../../common/network/design.ts'
import { layerCount } from '../../../../common/network/design.ts'
import type { SweepInput } from '../../../../common/sweep/sweep.ts'

export type Widths = [number, number, number]
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
  widths: Widths
  seeds: number
  /** Keys of cells that are left out, see {@link cellKey}. */
  struck: string[]
}

export const paperWidths: Widths = [16, 32, 64]

/** A row of the run matrix: what stays when depth and seed are taken away. */
export interface Variant {
  readonly family: Family
  readonly shortcut: ShortcutOption
  readonly label: string
}

/** Plain nets have no shortcut, so they make one row. */
export function variantsOf(draft: Pick<Draft, 'families' | 'shortcuts'>): Variant[] {
  return draft.families.flatMap((family): Variant[] =>
    family === 'plain'
      ? [{ family, shortcut: 'A', label: 'plain' }]
      : draft.shortcuts.map((shortcut) => ({ family, shortcut, label: `${family} ${shortcut}` })),
  )
}

export function cellKey(variant: Pick<Variant, 'family' | 'shortcut'>, n: number): string {
  return `${variant.family} ${variant.family === 'plain' ? 'A' : variant.shortcut} ${n}`
}

/** "Plain, residual A × 20, 56 on shapes-10". */
export function automaticName(draft: Draft): string {
  const variants = variantsOf(draft).map((variant) => variant.label).join(', ')
  const depths = draft.n.map(layerCount)
  const range = depths.length > 3 ? `${depths[0]} to ${depths[depths.length - 1]}` : depths.join(', ')
  const name = `${variants} × ${range} on ${draft.dataset}`
  return (name.charAt(0).toUpperCase() + name.slice(1)).slice(0, 120)
}

export function toSweep(draft: Draft): SweepInput {
  const exclude = variantsOf(draft).flatMap(({ family, shortcut }) =>
    draft.n
      .filter((n) => draft.struck.includes(cellKey({ family, shortcut }, n)))
      .map((n) => (family === 'plain' ? { family, n } : { family, n, shortcut })),
  )
  return {
    name: draft.name.trim() || automaticName(draft),
    dataset: draft.dataset,
    recipe: draft.recipe,
    set: draft.set,
    families: draft.families,
    n: draft.n,
    shortcuts: draft.shortcuts,
    widths: [draft.widths],
    seeds: draft.seeds,
    exclude,
  }
}
