import { onBeforeUnmount } from 'vue'
import { type LocationQuery, useRouter } from 'vue-router'
import type { ViewAddress } from '../../ui/view-address.ts'

/** Query parameters that are restored when a person comes back through the rail, whose link names only the view. */
const kept = ['sort', 'runs', 'compare'] as const
let last: LocationQuery = {}

/** The runs view's address holds search, filters, order, selection and comparison. Once, by the view itself. */
export function rememberRunsAddress({ query, change }: ViewAddress): void {
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
