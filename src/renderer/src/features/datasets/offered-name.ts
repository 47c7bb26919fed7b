/** Sizes at which photographs are offered, the first unless another is chosen. */
export const offeredSides = ['64', '128', '160', '224', 'keep'] as const

/**
 * Chooses the name under which a known data set is stored: the typed one, else its own, else its own with the size, so that several sizes
 * stand side by side. One that is there at this size keeps its own.
 * @param shapeOf of a data set that is there: height, width and channels, null for images of sizes of their own; undefined for others
 */
export function offeredName(
  known: string,
  typed: string,
  side: (typeof offeredSides)[number],
  shapeOf: (name: string) => readonly number[] | null | undefined,
): string {
  if (typed !== '') return typed
  const shape = shapeOf(known)
  const isSame = side === 'keep' ? shape === null : shape?.[0] === Number(side) && shape[1] === Number(side)
  if (shape === undefined || isSame) return known
  return `${known}-at-${side === 'keep' ? 'own-size' : side}`
}
