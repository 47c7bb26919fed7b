import { z } from 'zod'
import { type RunSettings, runSettingsSchema } from '../../common/training/run-settings.ts'

/** Name of the entry of a PyTorch archive that holds what other formats keep as free texts, JSON. */
export const ownMetadataEntry = 'skiplab.json'

/** Most bytes that are read of it. */
export const mostMetadataBytes = 1024 * 1024

/** Under this name an export holds the settings of its run: network, data set, preprocessing, BN's epsilon. */
const settingsKey = 'skiplab_run_settings'

export function ownMetadata(settings: RunSettings): Record<string, string> {
  return { [settingsKey]: JSON.stringify(settings) }
}

/** Reads texts by name. @throws SyntaxError or ZodError where they are no such JSON */
export function parseMetadata(text: string): Record<string, string> {
  return z.record(z.string(), z.string()).parse(JSON.parse(text))
}

/** Settings of the run that Skiplab exported; null for files of other programs, and of versions whose settings are not understood. */
export function ownSettings(metadata: Readonly<Record<string, string>>): RunSettings | null {
  const text = metadata[settingsKey]
  if (text === undefined) return null
  try {
    return runSettingsSchema.parse(JSON.parse(text))
  } catch {
    return null
  }
}
