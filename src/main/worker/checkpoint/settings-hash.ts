import { createHash } from 'node:crypto'
import { canonicalSettings, type RunSettings } from '../../../common/training/run-settings.ts'

/** SHA-256 (hex) of the settings' canonical text: equal for equal experiments. */
export function settingsHashOf(settings: RunSettings): string {
  return createHash('sha256').update(canonicalSettings(settings)).digest('hex')
}
