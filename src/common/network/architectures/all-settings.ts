import type { Setting } from '../settings/setting.ts'
import { architectureNamed, architectureNames } from './architectures.ts'

interface KnownSetting {
  readonly setting: Setting
  /** Those that have it. */
  readonly architectures: readonly string[]
}

/** Settings of all architectures by name. */
export function allSettings(): ReadonlyMap<string, KnownSetting> {
  const all = new Map<string, KnownSetting>()
  for (const architecture of architectureNames()) {
    for (const [name, setting] of Object.entries(architectureNamed(architecture).settings)) {
      const known = all.get(name)
      all.set(name, { setting: known?.setting ?? setting, architectures: [...(known?.architectures ?? []), architecture] })
    }
  }
  return all
}
