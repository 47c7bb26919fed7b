import { settingsOfFamilies, settingsOfLayers } from './layer-settings.ts'
import { type DesignFields, traitsOfSettings } from './setting.ts'

/** "no BN", "pre-activation", "Glorot": settings of all families that are not the usual ones, for names of networks. */
export function commonTraits(design: DesignFields): string[] {
  return traitsOfSettings(settingsOfLayers, design)
}

/** "gate -1", "stochastic depth 0.5": those that one family has and plain nets lack. */
export function familyTraits(design: DesignFields): string[] {
  return traitsOfSettings(settingsOfFamilies, design)
}
