import { createHash } from 'node:crypto'
import { canonicalSettings, type RunSettings } from '../../common/training/run-settings.ts'

/** SHA-256 (hex) of a run's settings; equal for equal experiments. */
export function settingsHash(settings: RunSettings): string {
  return createHash('sha256').update(canonicalSettings(settings)).digest('hex')
}
