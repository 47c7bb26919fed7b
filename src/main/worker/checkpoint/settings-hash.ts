import { createHash } from 'node:crypto'
import { canonicalSettings, type RunSettings } from '../../../common/training/run-settings.ts'

/**
 * Hashes the settings' canonical text (SHA-256, hex): equal for equal experiments.
 * @param imported what tells imported weights apart, which are not in the settings; null for runs that train
 */
export function settingsHashOf(settings: RunSettings, imported: string | null = null): string {
  const text = canonicalSettings(settings)
  return createHash('sha256')
    .update(imported === null ? text : `${text} ${imported}`)
    .digest('hex')
}
