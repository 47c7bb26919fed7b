import { computed, type ComputedRef, type Ref } from 'vue'
import { remembered } from '../../ui/remembered.ts'
import { type Column, columns, defaultColumns, fixedColumn } from './columns.ts'
import { textOf } from '../../ui/query-text.ts'
import type { ViewAddress } from '../../ui/view-address.ts'

export interface TableChoice {
  /** Keys of the columns that are shown. */
  readonly keys: Ref<readonly string[]>
  /** The shown columns, in the program's order. */
  readonly shown: ComputedRef<readonly Column[]>
  readonly grouped: Ref<boolean>
  readonly sortKey: ComputedRef<string>
  readonly descending: ComputedRef<boolean>
  readonly sortColumn: ComputedRef<Column>
  sort(column: Column): void
}

const newestFirst = '-id'

/** Holds a person's choices for the table of runs: columns and grouping are kept over restarts, its order is in the address. */
export function useTableChoice({ query, change }: ViewAddress): TableChoice {
  const keys = remembered<readonly string[]>('skiplab-run-columns', defaultColumns, readKeys)
  const grouped = remembered('skiplab-run-groups', false, (value) => value === true)
  /** "test", or "-test" from the highest down. */
  const order = computed(() => textOf(query(), 'sort') || newestFirst)
  const sortKey = computed(() => order.value.replace(/^-/, ''))
  const descending = computed(() => order.value.startsWith('-'))
  return {
    keys,
    grouped,
    sortKey,
    descending,
    shown: computed(() => columns.filter(({ key }) => key === fixedColumn || keys.value.includes(key))),
    sortColumn: computed(() => columns.find(({ key }) => key === sortKey.value) ?? columns[0]!),
    sort({ key }) {
      const wanted = sortKey.value === key && !descending.value ? `-${key}` : key
      change({ sort: wanted === newestFirst ? undefined : wanted })
    },
  }
}

function readKeys(value: unknown): readonly string[] | null {
  if (!Array.isArray(value)) return null
  return value.filter((key): key is string => columns.some((column) => column.key === key))
}
