import { nextTick, onBeforeUnmount } from 'vue'
import { type LocationQuery, type LocationQueryRaw, useRoute, useRouter } from 'vue-router'

/** More runs than there can be in one list: an address asks for no work without end. */
const mostIds = 100_000

export interface RunsAddress {
  readonly query: () => LocationQuery
  /** What is undefined leaves the address. */
  readonly change: (part: LocationQueryRaw) => void
}

/** Changes of one moment go into the address together: each by itself would undo the one before. */
let pending: LocationQueryRaw | null = null

/** The address of the runs view holds search, filters, order, selection and comparison: reload, back, a bookmark and a shared link show the same. */
export function useRunsAddress(): RunsAddress {
  const route = useRoute()
  const router = useRouter()
  return {
    query: () => route.query,
    change(part) {
      if (pending) return void Object.assign(pending, part)
      pending = { ...part }
      void nextTick(() => {
        const changes = pending
        pending = null
        // The view may have been left in this very moment.
        if (route.name === 'runs') return router.replace({ query: { ...route.query, ...changes } })
      })
    },
  }
}

/** What is found again by who comes back through the rail, whose link names no more than the view. */
const kept = ['sort', 'runs', 'compare'] as const
let last: LocationQuery = {}

/** Once, by the view itself. */
export function rememberRunsAddress({ query, change }: RunsAddress): void {
  if (Object.keys(query()).length === 0) change(last)
  let now = query()
  const stop = useRouter().afterEach((to) => {
    if (to.name === 'runs') now = to.query
  })
  onBeforeUnmount(() => {
    stop()
    last = Object.fromEntries(kept.flatMap((key) => (now[key] === undefined ? [] : [[key, now[key]]])))
  })
}

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
