import { computed, type ComputedRef, type Ref } from 'vue'
import { type Row, runsOf } from './run-rows.ts'

interface RowSelection {
  /** Whether all rows are selected. */
  readonly everything: ComputedRef<boolean>
  /** Whether any run of any row is selected. */
  readonly something: ComputedRef<boolean>
  readonly isSelected: (row: Row) => boolean
  /** Whether some seeds of a group are selected, not all. */
  readonly isPartly: (row: Row) => boolean
  /** With Shift, all rows between this one and the one before it that was chosen follow it. */
  readonly toggle: (index: number, event: MouseEvent | KeyboardEvent) => void
  readonly toggleAll: () => void
}

/** Selects rows of a table; what is selected are the ids of their runs. */
export function useRowSelection(rows: () => readonly Row[], selected: Ref<ReadonlySet<number>>): RowSelection {
  const everything = computed(() => selected.value.size > 0 && rows().every(isSelected))
  const something = computed(() => selected.value.size > 0 && rows().some((row) => runsOf(row).some((run) => selected.value.has(run.id))))
  let anchor: number | null = null

  function isSelected(row: Row): boolean {
    return runsOf(row).every((run) => selected.value.has(run.id))
  }

  function isPartly(row: Row): boolean {
    return row.kind === 'group' && !isSelected(row) && row.group.runs.some((run) => selected.value.has(run.id))
  }

  function toggle(index: number, event: MouseEvent | KeyboardEvent): void {
    const row = rows()[index]
    if (!row) return
    const next = new Set(selected.value)
    const on = !isSelected(row)
    const [from, to] = event.shiftKey && anchor !== null ? [Math.min(anchor, index), Math.max(anchor, index)] : [index, index]
    const ids = rows()
      .slice(from, to + 1)
      .flatMap(runsOf)
      .map(({ id }) => id)
    for (const id of ids) {
      if (on) next.add(id)
      else next.delete(id)
    }
    anchor = index
    selected.value = next
  }

  function toggleAll(): void {
    selected.value = new Set(
      everything.value
        ? []
        : rows()
            .flatMap(runsOf)
            .map((run) => run.id),
    )
  }

  return { everything, something, isSelected, isPartly, toggle, toggleAll }
}
