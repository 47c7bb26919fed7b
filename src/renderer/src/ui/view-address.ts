import { nextTick } from 'vue'
import { type LocationQuery, type LocationQueryRaw, type Router, useRoute, useRouter } from 'vue-router'

export interface ViewAddress {
  readonly query: () => LocationQuery
  /** Tells whether the view is still the open one. */
  readonly isHere: () => boolean
  /** Changes parameters of the address; undefined removes one. `leave` makes an entry of its own, which Back undoes. */
  readonly change: (part: LocationQueryRaw, leave?: boolean) => void
}

interface Pending {
  part: LocationQueryRaw
  leave: boolean
}

/** Pending changes by view: those of one tick go into the address together, since each by itself would undo the one before. */
const pending = new Map<string, Pending>()
let going = false

/** Reads and writes the open view's address, so that reload, back, a bookmark and a shared link show the same. */
export function useViewAddress(): ViewAddress {
  const route = useRoute()
  const router = useRouter()
  const { name } = route
  return {
    query: () => route.query,
    isHere: () => route.name === name,
    change(part, leave = false) {
      const before = pending.get(String(name))
      pending.set(String(name), { part: { ...before?.part, ...part }, leave: leave || (before?.leave ?? false) })
      if (!going) void go(router)
    },
  }
}

async function go(router: Router): Promise<void> {
  going = true
  try {
    await nextTick()
    while (pending.size) {
      const name = String(router.currentRoute.value.name)
      const next = pending.get(name)
      // Of a view that was left in this very moment nothing is kept.
      pending.clear()
      if (!next) break
      const { query } = router.currentRoute.value
      const target = { query: { ...query, ...next.part } }
      await (next.leave ? router.push(target) : router.replace(target))
    }
  } finally {
    going = false
  }
}
