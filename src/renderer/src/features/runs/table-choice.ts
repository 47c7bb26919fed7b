import { computed, type ComputedRef, type Ref, ref } from 'vue'
import { remembered } from '../../ui/remembered.ts'
import { type Column, columns, defaultColumns, fixedColumn } from './columns.ts'

export interface TableChoice {
  /** Keys of the columns that are shown. */
  readonly keys: Ref<readonly string[]>
  /** The shown columns, in the program's order. */
  readonly shown: ComputedRef<readonly Column[]>
  readonly grouped: Ref<boolean>
  readonly sortKey: Ref<string>
  readonly descending: Ref<boolean>
  readonly sortColumn: ComputedRef<Column>
  sort(column: Column): void
}

/** How a person wants the table of runs; kept over restarts. */
export function useTableChoice(): TableChoice {
  const keys = remembered<readonly string[]>('skiplab-run-columns', defaultColumns, readKeys)
  const grouped = remembered('skiplab-run-groups', false, (value) => value === true)
  const sortKey = ref('id')
  const descending = ref(true)
  return {
    keys,
    grouped,
    sortKey,
    descending,
    shown: computed(() => columns.filter(({ key }) => key === fixedColumn || keys.value.includes(key))),
    sortColumn: computed(() => columns.find(({ key }) => key === sortKey.value) ?? columns[0]!),
    sort({ key }) {
      if (sortKey.value === key) descending.value = !descending.value
      else {
        sortKey.value = key
        descending.value = false
      }
    },
  }
}

function readKeys(value: unknown): readonly string[] | null {
  if (!Array.isArray(value)) return null
  return value.filter((key): key is string => columns.some((column) => column.key === key))
}
