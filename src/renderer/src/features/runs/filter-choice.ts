import { computed, type ComputedRef, type WritableComputedRef } from 'vue'
import type { LocationQuery, LocationQueryValue } from 'vue-router'
import { type FacetKey, facetKeys, type RunFilters } from './run-filters.ts'
import { textOf } from '../../ui/query-text.ts'
import type { ViewAddress } from '../../ui/view-address.ts'

export interface FilterChoice {
  readonly filters: ComputedRef<RunFilters>
  readonly search: WritableComputedRef<string>
  /** Whether anything is filtered. */
  readonly active: ComputedRef<boolean>
  pick(key: FacetKey, values: readonly string[]): void
  toggle(flag: 'starred' | 'archived'): void
  clear(): void
}

/** Reads and writes the filters of the runs view, which are in its address. */
export function useFilterChoice({ query, change }: ViewAddress): FilterChoice {
  // A text: another selection or order is another address, and must not filter ten thousand runs again.
  const picked = computed(() =>
    JSON.stringify(Object.fromEntries([...facetKeys, 'starred', 'archived', 'search'].map((key) => [key, query()[key]]))),
  )
  const filters = computed((): RunFilters => readFilters(JSON.parse(picked.value) as LocationQuery)) // as it was written above

  return {
    filters,
    search: computed({ get: () => filters.value.search, set: (text) => change({ search: text || undefined }) }),
    active: computed(() => {
      const { search, picks, starred, archived } = filters.value
      return search !== '' || starred || archived || facetKeys.some((key) => picks[key] !== undefined)
    }),
    pick: (key, values) => change({ [key]: values.length ? [...values] : undefined }),
    toggle: (flag) => change({ [flag]: filters.value[flag] ? undefined : '1' }),
    clear: () => change(Object.fromEntries([...facetKeys, 'starred', 'archived', 'search'].map((key) => [key, undefined]))),
  }
}

export function readFilters(query: LocationQuery): RunFilters {
  const picks = facetKeys.flatMap((key): [FacetKey, ReadonlySet<string>][] => {
    const values = all(query[key])
    return values.length ? [[key, new Set(values)]] : []
  })
  return {
    search: textOf(query, 'search'),
    picks: Object.fromEntries(picks),
    starred: query.starred === '1',
    archived: query.archived === '1',
  }
}

function all(value: LocationQueryValue | LocationQueryValue[] | undefined): string[] {
  return [value ?? []].flat().filter((one) => one !== null)
}
