import { architectureNamed } from '../../../../common/network/architectures/architectures.ts'
import { valuesThatFit } from '../../../../common/network/settings/read-settings.ts'
import type { SettingValues } from '../../../../common/network/settings/setting.ts'
import { type Draft, usualWidthsOf } from './draft.ts'

/**
 * Changes the architecture of a draft: keeps the depths and settings that it has too, else takes its paper's shallowest two depths, and
 * takes its own widths.
 */
export function withArchitecture(draft: Draft, name: string): Draft {
  const { families: possible, settings, usualShortcut } = architectureNamed(name)
  const allowed = draft.families.filter((family) => possible.includes(family))
  const before = architectureNamed(draft.architecture).usualShortcut
  return {
    ...withSettings({ ...draft, architecture: name }, valuesThatFit(settings, draft.network ?? {})),
    families: allowed.length > 0 ? allowed : [...possible],
    shortcuts: draft.shortcuts.join() === before ? [usualShortcut] : draft.shortcuts,
    widths: [usualWidthsOf(name)],
    struck: [],
  }
}

/** Gives a setting of the networks a value, which may be one that is refused; undefined: its default. */
export function withSetting(draft: Draft, name: string, value: unknown): Draft {
  const { [name]: _before, ...others } = draft.network ?? {}
  const usual = architectureNamed(draft.architecture).settings[name]?.default
  const isUsual = value === undefined || JSON.stringify(value) === JSON.stringify(usual)
  return withSettings(draft, isUsual ? others : { ...others, [name]: value })
}

/** Sets the settings of the networks; where they leave none of the depths, takes the first two that there are. */
function withSettings({ network: _before, ...draft }: Draft, network: SettingValues): Draft {
  const { hasDepth, settings, usualDepths } = architectureNamed(draft.architecture)
  const values = valuesThatFit(settings, network)
  const kept = draft.depths.filter((depth) => hasDepth(depth, values))
  return {
    ...draft,
    depths: kept.length > 0 ? kept : usualDepths(values).slice(0, 2),
    ...(Object.keys(network).length > 0 && { network }),
  }
}
