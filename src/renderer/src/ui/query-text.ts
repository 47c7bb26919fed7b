import type { LocationQuery } from 'vue-router'

/** More runs than there can be in one list: an address asks for no work without end. */
const mostIds = 100_000

/** 3, 4, 5, 9 -> "3-5,9". */
export function idsText(ids: Iterable<number>): string {
  const runs: [number, number][] = []
  for (const id of [...ids].sort((a, b) => a - b)) {
    const end = runs.at(-1)
    if (end && id === end[1] + 1) end[1] = id
    else runs.push([id, id])
  }
  return runs.map(([from, to]) => (from === to ? `${from}` : to === from + 1 ? `${from},${to}` : `${from}-${to}`)).join(',')
}

/** The other way round; what is no number is left out. */
export function readIds(text: string): ReadonlySet<number> {
  const ids = new Set<number>()
  for (const part of text.split(',')) {
    const match = /^(\d{1,9})(?:-(\d{1,9}))?$/.exec(part.trim())
    if (!match) continue
    const to = Number(match[2] ?? match[1])
    for (let id = Number(match[1]); id <= to && ids.size < mostIds; id++) ids.add(id)
  }
  return ids
}

/** The first value under a name. */
export function textOf(query: LocationQuery, key: string): string {
  const value = [query[key] ?? ''].flat()[0]
  return value ?? ''
}
