import { computed, type ComputedRef, ref, watch, type WritableComputedRef } from 'vue'
import type { RunSummary, SweepSummary } from '../../../../common/records/records.ts'
import { firstChoice, hasStarted, withBegun } from '../run/drawn-runs.ts'
import { startsByItself, useRuns } from '../run/store.ts'
import { idsText, readIds, textOf } from '../../ui/query-text.ts'
import { useViewAddress } from '../../ui/view-address.ts'

export interface SweepChoice {
  readonly sweepId: ComputedRef<number | null>
  readonly runs: ComputedRef<RunSummary[]>
  /** Ticked runs; part of the address once a person has ticked any. */
  readonly chosen: WritableComputedRef<ReadonlySet<number>>
  readonly shown: ComputedRef<RunSummary[]>
  choose(sweepId: number): void
}

/**
 * What was looked at last, in all views: while its runs are not over the views stay with it, also between two of them, when nothing
 * trains.
 */
const followed = ref<number | null>(null)

/**
 * The sweep that a view looks at: the address's, else the one looked at before while it goes on, else one that trains or waits, else
 * that one still, else the newest.
 */
export function useSweepChoice(): SweepChoice {
  const store = useRuns()
  const address = useViewAddress()
  /** Runs that are drawn while none was ticked. */
  const unasked = ref<ReadonlySet<number>>(new Set())
  const byHand = ref<ReadonlySet<number> | null>(readShown(textOf(address.query(), shownKey)))
  watch(
    () => textOf(address.query(), shownKey),
    (text) => address.isHere() && (byHand.value = readShown(text)),
  )
  const chosen = computed({
    get: () => byHand.value ?? unasked.value,
    set: (next) => {
      byHand.value = isSame(next, unasked.value) ? null : next
      address.change({ sweep: String(sweepId.value ?? ''), [shownKey]: byHand.value ? idsText(next) || noneShown : undefined })
    },
  })

  const sweepId = computed(() => {
    const find = (id: number | null) => store.sweeps.find((sweep) => sweep.id === id)
    const asked = find(Number(address.query().sweep))
    if (asked) return asked.id
    const before = find(followed.value)
    const goesOn = (sweep: SweepSummary | undefined) => sweep?.runIds.some((id) => !hasEnded(store.byId.get(id))) ?? false
    const training = store.running.find((run) => run.sweepId !== null)?.sweepId ?? null
    return (
      (goesOn(before) ? before?.id : training) ??
      newest(store.sweeps.filter(goesOn).map((sweep) => sweep.id)) ??
      before?.id ??
      newest(store.sweeps.map((sweep) => sweep.id))
    )
  })
  watch(sweepId, (id) => (followed.value = id), { immediate: true })
  // Reused runs belong to a sweep too, so its own list decides.
  const runs = computed(() => {
    const ids = store.sweeps.find((sweep) => sweep.id === sweepId.value)?.runIds ?? []
    return ids.flatMap((id) => store.byId.get(id) ?? [])
  })
  const membership = computed(() => `${sweepId.value}: ${runs.value.length}`)
  watch(membership, () => (unasked.value = firstChoice(runs.value)), { immediate: true })
  const started = computed(() => runs.value.filter(hasStarted).map((run) => run.id))
  watch([started, membership], ([now, list], [before, listBefore]) => {
    // Runs of another list, or that have just been read, have not begun in this moment.
    if (list !== listBefore) return
    const begun = now.filter((id) => !before.includes(id) && !chosen.value.has(id))
    if (!begun.length) return
    if (byHand.value) chosen.value = withBegun(byHand.value, begun, runs.value)
    else unasked.value = withBegun(unasked.value, begun, runs.value)
  })
  const shown = computed(() => runs.value.filter((run) => chosen.value.has(run.id)))

  return {
    sweepId,
    runs,
    chosen,
    shown,
    choose: (id) => address.change({ sweep: String(id), [shownKey]: undefined }),
  }
}

/** Query parameter that holds the ticked runs' ids. */
const shownKey = 'show'
const noneShown = 'none'

function readShown(text: string): ReadonlySet<number> | null {
  return text ? readIds(text) : null
}

function isSame(a: ReadonlySet<number>, b: ReadonlySet<number>): boolean {
  return a.size === b.size && [...a].every((id) => b.has(id))
}

function newest(ids: readonly number[]): number | null {
  return ids.length ? Math.max(...ids) : null
}

function hasEnded(run: RunSummary | undefined): boolean {
  return !run || !(run.state === 'running' || startsByItself(run.state))
}
