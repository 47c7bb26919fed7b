import { computed, type ComputedRef, type Ref, ref, watch } from 'vue'
import { useRoute, useRouter } from 'vue-router'
import type { RunSummary, SweepSummary } from '../../../../common/records/records.ts'
import { firstChoice, hasStarted, withBegun } from '../run/drawn-runs.ts'
import { startsByItself, useRuns } from '../run/store.ts'

export interface SweepChoice {
  readonly sweepId: ComputedRef<number | null>
  readonly runs: ComputedRef<RunSummary[]>
  /** Ticked runs. */
  readonly chosen: Ref<ReadonlySet<number>>
  readonly shown: ComputedRef<RunSummary[]>
  choose(sweepId: number): void
}

/** What was looked at last, in all views: while its runs are not over the views stay with it, also between two of them, when nothing trains. */
const followed = ref<number | null>(null)

/** The sweep that a view looks at: the address's, else the one looked at before while it goes on, else one that trains or waits, else that one still, else the newest. */
export function useSweepChoice(): SweepChoice {
  const store = useRuns()
  const route = useRoute()
  const router = useRouter()
  const chosen = ref<ReadonlySet<number>>(new Set())

  const sweepId = computed(() => {
    const find = (id: number | null) => store.sweeps.find((sweep) => sweep.id === id)
    const asked = find(Number(route.query.sweep))
    if (asked) return asked.id
    const before = find(followed.value)
    const goesOn = (sweep: SweepSummary | undefined) => sweep?.runIds.some((id) => !hasEnded(store.byId.get(id))) ?? false
    const training = store.running.find((run) => run.sweepId !== null)?.sweepId ?? null
    return (goesOn(before) ? before?.id : training) ?? newest(store.sweeps.filter(goesOn).map((sweep) => sweep.id)) ?? before?.id ?? newest(store.sweeps.map((sweep) => sweep.id))
  })
  watch(sweepId, (id) => (followed.value = id), { immediate: true })
  // Reused runs belong to a sweep too, so its own list decides.
  const runs = computed(() => {
    const ids = store.sweeps.find((sweep) => sweep.id === sweepId.value)?.runIds ?? []
    return ids.flatMap((id) => store.byId.get(id) ?? [])
  })
  const membership = computed(() => `${sweepId.value}: ${runs.value.length}`)
  watch(membership, () => (chosen.value = firstChoice(runs.value)), { immediate: true })
  const started = computed(() => runs.value.filter(hasStarted).map((run) => run.id))
  watch(started, (now, before) => {
    const begun = now.filter((id) => !before.includes(id) && !chosen.value.has(id))
    if (begun.length) chosen.value = withBegun(chosen.value, begun, runs.value)
  })
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

function hasEnded(run: RunSummary | undefined): boolean {
  return !run || !(run.state === 'running' || startsByItself(run.state))
}
