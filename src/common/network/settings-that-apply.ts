import { architectureNamed } from './architectures/architectures.ts'
import type { Family } from './families/families.ts'
import type { Setting, SettingValues } from './settings/setting.ts'
import { valuesThatFit } from './settings/read-settings.ts'

/** Networks of one architecture, as a sweep lists them. */
export interface NetworkGrid {
  readonly architecture: string
  readonly families: readonly Family[]
  /** Weighted layers. */
  readonly depths: readonly number[]
  /** Values of settings; those that cannot be taken count as not given. */
  readonly network?: SettingValues
}

/** Settings of the architecture that change at least one of the networks, by name and in its order. */
export function settingsThatApply({ architecture: name, families, depths, network = {} }: NetworkGrid): ReadonlyMap<string, Setting> {
  const architecture = architectureNamed(name)
  const values = valuesThatFit(architecture.settings, network)
  const there = depths.filter((depth) => architecture.hasDepth(depth, values))
  // Before a family is chosen, what all have is shown.
  const designs = (families.length > 0 ? families : (['plain'] as const)).flatMap((family) => [
    { ...values, family },
    ...there.map((depth) => ({ ...architecture.at({ family, depth, ...anyImages }, values), ...values, family })),
  ])
  return new Map(Object.entries(architecture.settings).filter(([, setting]) => designs.some((one) => setting.appliesTo?.(one) ?? true)))
}

/** Neither images nor shortcut decide whether a setting applies. */
const anyImages = { shortcut: 'A' as const, inputShape: [224, 224, 3] as [number, number, number], classes: 10 }
