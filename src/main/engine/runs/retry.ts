/** Most attempts that may fail, without progress in between, before a person has to look. */
const maximumFailures = 3
/** Crashes of one run inside the window that end automatic restarts, even if it made progress. */
const maximumCrashes = 3
export const crashWindowMs = 5 * 60_000

const firstDelayMs = 2_000
const longestDelayMs = 60_000

export type AfterFailure = { readonly held: true } | { readonly held: false; readonly delayMs: number }

/**
 * Decides what follows a failed attempt.
 * @param failures failed attempts since the run last made progress, this one included
 * @param crashesInWindow crashes of the run in the last five minutes, this one included
 */
export function afterFailure(failures: number, crashesInWindow: number): AfterFailure {
  if (failures >= maximumFailures || crashesInWindow >= maximumCrashes) return { held: true }
  return { held: false, delayMs: Math.min(longestDelayMs, firstDelayMs * 5 ** Math.max(0, failures - 1)) }
}
