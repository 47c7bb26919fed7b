/**
 * Finds the row of a list that a key leads to.
 * @param from index of the current line, null for none
 * @param count lines of the list
 * @param page lines in sight
 * @returns null for keys that lead nowhere
 */
export function rowOfKey(key: string, from: number | null, count: number, page: number): number | null {
  const ways: Readonly<Record<string, number>> = {
    ArrowDown: from === null ? 0 : from + 1,
    ArrowUp: from === null ? count - 1 : from - 1,
    PageDown: (from ?? 0) + page,
    PageUp: (from ?? 0) - page,
    Home: 0,
    End: count - 1,
  }
  const to = ways[key]
  return to === undefined || count === 0 ? null : Math.min(count - 1, Math.max(0, to))
}
