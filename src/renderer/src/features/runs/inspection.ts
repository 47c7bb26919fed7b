import { computed, type ComputedRef, ref, shallowRef, type WritableComputedRef } from 'vue'
import { useNarrow } from '../../ui/inspector.ts'
import { remembered } from '../../ui/remembered.ts'
import type { Row } from './run-rows.ts'
import { idsText, readIds, textOf } from '../../ui/query-text.ts'
import type { ViewAddress } from '../../ui/view-address.ts'

/** Width of the window, in pixels, from which the list and its inspector stand side by side. */
export const roomFrom = 1180

export interface LineInspection {
  /** Key of the line that is looked at. */
  readonly current: WritableComputedRef<string | null>
  /** Ids of the runs that are compared. */
  readonly selected: WritableComputedRef<ReadonlySet<number>>
  /** That row, as long as it is in the list. */
  readonly row: ComputedRef<Row | null>
  readonly open: WritableComputedRef<boolean>
  /** Shows a row that a person pointed at; opens the drawer in a narrow window. */
  look(key: string): void
}

/** Kept while the page is open, so that the current row and the open groups are found again after a run was opened. */
const chosen = ref<string | null>(null)
export const openGroups = shallowRef<ReadonlySet<string>>(new Set())
const beside = remembered('skiplab-run-inspector', true, (value) => (typeof value === 'boolean' ? value : null))

/** Tells which row of the list the inspector shows, and whether the inspector is open. */
export function useInspection(rows: () => readonly Row[], { query, change }: ViewAddress): LineInspection {
  const narrow = useNarrow(roomFrom)
  const drawer = ref(false)
  const current = computed({
    get: () => chosen.value,
    set(key) {
      chosen.value = key
      if (key === null) drawer.value = false
    },
  })
  const ids = computed(() => textOf(query(), 'runs'))
  const selected = computed({
    get: () => readIds(ids.value),
    // A comparison of nothing asks for one of everything, see the view.
    set: (wanted) => change(wanted.size ? { runs: idsText(wanted) } : { runs: undefined, compare: undefined }),
  })
  const row = computed(() => (chosen.value === null ? null : (rows().find(({ key }) => key === chosen.value) ?? null)))
  return {
    current,
    selected,
    row,
    // Beside the list an inspector of nothing would take its room; who asks for it is shown the first line.
    open: computed({
      get: () => (narrow.value ? drawer.value : beside.value) && row.value !== null,
      set(open) {
        if (open) chosen.value = row.value?.key ?? rows()[0]?.key ?? null
        ;(narrow.value ? drawer : beside).value = open
      },
    }),
    look(key) {
      chosen.value = key
      if (narrow.value) drawer.value = true
    },
  }
}
