import { createHash } from 'node:crypto'
import { canonicalSettings, type RunSettings } from '../../../common/training/run-settings.ts'

/** Hashes the settings' canonical text (SHA-256, hex): equal for equal experiments. */
export function settingsHashOf(settings: RunSettings): string {
  return createHash('sha256').update(canonicalSettings(settings)).digest('hex')
}
