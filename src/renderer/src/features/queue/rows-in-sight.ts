import { defaultRangeExtractor, useVirtualizer } from '@tanstack/vue-virtual'
import { computed, type ComputedRef, onBeforeUnmount, type Ref, ref, watch } from 'vue'
import type { RunSummary } from '../../../../common/records/records.ts'

/** Pixels of every row, as the table's style has them. */
const rowHeight = 34

export interface RowInSight {
  readonly run: RunSummary
  /** Place in the whole list. */
  readonly index: number
  /** Pixels of the rows before it that are not drawn. */
  readonly gapAbove: number
}

export interface RowsInSightOptions {
  readonly runs: () => readonly RunSummary[]
  /** What scrolls; its one child holds this list among other things. */
  readonly scroller: () => HTMLElement | null
  readonly body: Ref<HTMLElement | null>
  /** Runs whose rows are drawn wherever they are. */
  readonly kept: () => readonly (number | null)[]
}

/** The rows of a long table, itself a part of a page that scrolls, that are in sight or must be there. */
export function useRowsInSight({ runs, scroller, body, kept }: RowsInSightOptions): { rows: ComputedRef<RowInSight[]>; below: ComputedRef<number> } {
  /** Where in the page the list begins, pixels; what stands above it comes and goes. */
  const top = ref(0)
  const measure = (): void => {
    const [page, list] = [scroller(), body.value]
    if (page && list) top.value = Math.round(list.getBoundingClientRect().top - page.getBoundingClientRect().top + page.scrollTop)
  }
  const observer = new ResizeObserver(measure)
  watch(
    scroller,
    (page) => {
      observer.disconnect()
      if (page?.firstElementChild) observer.observe(page.firstElementChild)
    },
    { immediate: true, flush: 'post' },
  )
  onBeforeUnmount(() => observer.disconnect())

  const places = computed(() => kept().flatMap((id) => (id === null ? [] : runs().findIndex((run) => run.id === id))).filter((index) => index >= 0))
  const virtualizer = useVirtualizer(
    computed(() => {
      const extra = places.value
      return {
        count: runs().length,
        getScrollElement: scroller,
        estimateSize: () => rowHeight,
        overscan: 8,
        scrollMargin: top.value,
        rangeExtractor: (range: Parameters<typeof defaultRangeExtractor>[0]) => [...new Set([...defaultRangeExtractor(range), ...extra])].sort((a, b) => a - b),
      }
    }),
  )
  const rows = computed(() => {
    const list = runs()
    let drawn = 0
    return virtualizer.value.getVirtualItems().flatMap(({ index }): RowInSight[] => {
      const run = list[index]
      if (!run) return []
      const gapAbove = (index - drawn) * rowHeight
      drawn = index + 1
      return [{ run, index, gapAbove }]
    })
  })
  const below = computed(() => (runs().length - ((rows.value.at(-1)?.index ?? -1) + 1)) * rowHeight)
  return { rows, below }
}
