import { defaultRangeExtractor, useVirtualizer } from '@tanstack/vue-virtual'
import { computed, type ComputedRef, onBeforeUnmount, type Ref, ref, watch } from 'vue'
import type { QueueItem } from './queue-groups.ts'

/** Pixels of every row, heads of sweeps included, as the table's style has them. */
const rowHeight = 34

export interface RowInSight extends QueueItem {
  /** Pixels of the rows before it that are not drawn. */
  readonly gapAbove: number
}

export interface RowsInSightOptions {
  readonly items: () => readonly QueueItem[]
  /** Element that scrolls; its one child holds this list among other things. */
  readonly scroller: () => HTMLElement | null
  readonly body: Ref<HTMLElement | null>
  /** Runs whose rows are drawn wherever they are. */
  readonly kept: () => readonly (number | null)[]
}

/** Chooses the rows to draw of a long table that is a part of a scrolling page: those in sight or kept. */
export function useRowsInSight({ items, scroller, body, kept }: RowsInSightOptions): {
  rows: ComputedRef<RowInSight[]>
  below: ComputedRef<number>
} {
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

  const keptIndices = computed(() =>
    kept()
      .flatMap((id) => (id === null ? [] : items().findIndex(({ run }) => run.id === id)))
      .filter((index) => index >= 0),
  )
  const virtualizer = useVirtualizer(
    computed(() => {
      const extra = keptIndices.value
      const list = items()
      return {
        count: list.length,
        getScrollElement: scroller,
        estimateSize: (index: number) => (list[index]?.head ? 2 * rowHeight : rowHeight),
        // Another function for another order: sizes are then taken anew.
        getItemKey: (index: number) => list[index]?.run.id ?? index,
        overscan: 8,
        scrollMargin: top.value,
        rangeExtractor: (range: Parameters<typeof defaultRangeExtractor>[0]) =>
          [...new Set([...defaultRangeExtractor(range), ...extra])].sort((a, b) => a - b),
      }
    }),
  )
  const rows = computed(() => {
    const list = items()
    let drawn = top.value
    return virtualizer.value.getVirtualItems().flatMap(({ index, start, end }): RowInSight[] => {
      const item = list[index]
      if (!item) return []
      const gapAbove = start - drawn
      drawn = end
      return [{ ...item, gapAbove }]
    })
  })
  const below = computed(() => {
    const last = virtualizer.value.getVirtualItems().at(-1)
    return Math.max(0, virtualizer.value.getTotalSize() - (last ? last.end - top.value : 0))
  })
  return { rows, below }
}
