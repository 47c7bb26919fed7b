import type { LocationQuery } from 'vue-router'

/** Most ids that an address may name, so that it cannot ask for endless work. */
const mostIds = 100_000

/** Writes ids: 3, 4, 5, 9 -> "3-5,9". */
export function idsText(ids: Iterable<number>): string {
  const runs: [number, number][] = []
  for (const id of [...ids].sort((a, b) => a - b)) {
    const end = runs.at(-1)
    if (end && id === end[1] + 1) end[1] = id
    else runs.push([id, id])
  }
  return runs.map(([from, to]) => (from === to ? `${from}` : to === from + 1 ? `${from},${to}` : `${from}-${to}`)).join(',')
}

/** Reads ids from "3-5,9"; anything that is not a number is left out. */
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

/** Reads the first value under a name. */
export function textOf(query: LocationQuery, key: string): string {
  const value = [query[key] ?? ''].flat()[0]
  return value ?? ''
}
