/** Sizes at which photographs are offered, the first unless another is chosen. */
export const offeredSides = ['64', '128', '160', '224', 'keep'] as const

/**
 * Chooses the name under which a known data set is stored: the typed one, else its own, else its own with the size, so that several sizes
 * stand side by side.
 */
export function offeredName(
  known: string,
  typed: string,
  side: (typeof offeredSides)[number],
  isPresent: (name: string) => boolean,
): string {
  if (typed !== '') return typed
  return isPresent(known) ? `${known}-at-${side === 'keep' ? 'own-size' : side}` : known
}
