import { computed, type ComputedRef, type Ref, ref } from 'vue'
import { type LocationQuery, type LocationQueryValue, useRoute, useRouter } from 'vue-router'
import { type FacetKey, facetKeys, type RunFilters } from './run-filters.ts'

export interface FilterChoice {
  readonly filters: ComputedRef<RunFilters>
  readonly search: Ref<string>
  /** Anything is filtered. */
  readonly active: ComputedRef<boolean>
  pick(key: FacetKey, values: readonly string[]): void
  toggle(flag: 'starred' | 'archived'): void
  clear(): void
}

/** The filters of the runs view. All but the search are in its address, so that they can be linked to and gone back to. */
export function useFilterChoice(): FilterChoice {
  const route = useRoute()
  const router = useRouter()
  const search = ref('')
  const filters = computed((): RunFilters => ({ search: search.value, ...readFilters(route.query) }))
  const change = (query: LocationQuery): void => void router.replace({ query: { ...route.query, ...query } })

  return {
    filters,
    search,
    active: computed(() => {
      const { picks, starred, archived } = filters.value
      return search.value !== '' || starred || archived || facetKeys.some((key) => picks[key] !== undefined)
    }),
    pick: (key, values) => change({ [key]: values.length ? [...values] : [] }),
    toggle: (flag) => change({ [flag]: filters.value[flag] ? [] : '1' }),
    clear() {
      search.value = ''
      void router.replace({ query: {} })
    },
  }
}

export function readFilters(query: LocationQuery): Omit<RunFilters, 'search'> {
  const picks = facetKeys.flatMap((key): [FacetKey, ReadonlySet<string>][] => {
    const values = all(query[key])
    return values.length ? [[key, new Set(values)]] : []
  })
  return { picks: Object.fromEntries(picks), starred: query.starred === '1', archived: query.archived === '1' }
}

function all(value: LocationQueryValue | LocationQueryValue[] | undefined): string[] {
  return [value ?? []].flat().filter((one) => one !== null)
}
