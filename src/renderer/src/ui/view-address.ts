import { nextTick } from 'vue'
import { type LocationQuery, type LocationQueryRaw, type Router, useRoute, useRouter } from 'vue-router'

export interface ViewAddress {
  readonly query: () => LocationQuery
  /** The view is still the one that is looked at. */
  readonly isHere: () => boolean
  /** What is undefined leaves the address. `leave` makes an entry of its own, which Back undoes. */
  readonly change: (part: LocationQueryRaw, leave?: boolean) => void
}

interface Pending {
  part: LocationQueryRaw
  leave: boolean
}

/** By view: changes of one moment go into the address together, as each by itself would undo the one before. */
const pending = new Map<string, Pending>()
let going = false

/** The address of the view that is looked at: reload, back, a bookmark and a shared link show the same. */
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
