import { computed, type ComputedRef, type Ref, ref, watch } from 'vue'
import { useRoute, useRouter } from 'vue-router'
import type { RunSummary } from '../../../../common/rpc/records.ts'
import { useRuns } from './store.ts'

/** Shown at once; more can be ticked. Reused runs belong to a sweep too, so its own list decides. */
const mostAtOnce = 24

export interface SweepChoice {
  readonly sweepId: ComputedRef<number | null>
  readonly runs: ComputedRef<RunSummary[]>
  /** Ticked runs. */
  readonly chosen: Ref<ReadonlySet<number>>
  readonly shown: ComputedRef<RunSummary[]>
  choose(sweepId: number): void
}

/** The sweep that a view looks at: the address's, else the one that is training, else the newest. */
export function useSweepChoice(): SweepChoice {
  const store = useRuns()
  const route = useRoute()
  const router = useRouter()
  const chosen = ref<ReadonlySet<number>>(new Set())

  const sweepId = computed(() => {
    const asked = Number(route.query.sweep)
    if (store.sweeps.some((sweep) => sweep.id === asked)) return asked
    const training = store.running.find((run) => run.sweepId !== null)?.sweepId
    return training ?? newest(store.sweeps.map((sweep) => sweep.id))
  })
  const runs = computed(() => {
    const ids = store.sweeps.find((sweep) => sweep.id === sweepId.value)?.runIds ?? []
    return ids.flatMap((id) => store.byId.get(id) ?? [])
  })
  const membership = computed(() => `${sweepId.value}: ${runs.value.length}`)
  watch(membership, () => (chosen.value = new Set(runs.value.slice(0, mostAtOnce).map((run) => run.id))), { immediate: true })
  const shown = computed(() => runs.value.filter((run) => chosen.value.has(run.id)))

  return {
    sweepId,
    runs,
    chosen,
    shown,
    choose: (id) => void router.replace({ query: { ...route.query, sweep: String(id) } }),
  }
}

function newest(ids: readonly number[]): number | null {
  return ids.length ? Math.max(...ids) : null
}
