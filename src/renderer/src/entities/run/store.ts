import { defineStore } from 'pinia'
import { computed, ref, shallowRef, watch } from 'vue'
import type { RunProgress, RunSummary, SweepSummary } from '../../../../common/records/records.ts'
import { unpackRuns } from '../../../../common/rpc/run-list.ts'
import { api } from '../../connection/api.ts'
import { useEngine } from '../../connection/engine.ts'
import { attempt } from '../../ui/messages.ts'

const queued = new Set<RunSummary['state']>(['running', 'waiting', 'paused', 'interrupted', 'held'])

/** Progress of all running runs comes on the screen together and so often, ms: each frame that is drawn is time that training does not get. */
const progressMs = 1_000

/** Every run's summary by id, kept equal to the engine's. Changes of one frame are applied together. */
export const useRuns = defineStore('runs', () => {
  const engine = useEngine()
  const byId = shallowRef<ReadonlyMap<number, RunSummary>>(new Map())
  const progress = shallowRef<ReadonlyMap<number, RunProgress>>(new Map())
  const sweeps = shallowRef<readonly SweepSummary[]>([])
  const loaded = ref(false)

  const pendingRuns = new Map<number, RunSummary>()
  const pendingProgress = new Map<number, RunProgress>()
  let applyAt = Infinity
  let timer = 0
  let loading = false

  function applyWithin(delayMs: number): void {
    const at = performance.now() + delayMs
    if (loading || at >= applyAt) return
    applyAt = at
    window.clearTimeout(timer)
    // Not a frame: hidden windows get none, and must not fall behind.
    timer = window.setTimeout(apply, delayMs)
  }

  function apply(): void {
    applyAt = Infinity
    if (loading) return
    if (pendingRuns.size) byId.value = new Map([...byId.value, ...pendingRuns])
    const stopped = [...pendingRuns.values()].filter((run) => run.state !== 'running').map((run) => run.id)
    if (pendingProgress.size || stopped.some((id) => progress.value.has(id))) {
      const merged = new Map([...progress.value, ...pendingProgress])
      for (const id of stopped) merged.delete(id)
      progress.value = merged
    }
    pendingRuns.clear()
    pendingProgress.clear()
  }

  api.on('run.changed', (run) => {
    const known = byId.value.has(run.id) || pendingRuns.has(run.id)
    pendingRuns.set(run.id, run)
    if (!known) void loadSweeps()
    applyWithin(16)
  })
  // A new sweep may hold no new run: all of them may be reused.
  api.on('run.event', ({ runId, kind }) => {
    if (runId === null && kind === 'queued') void loadSweeps()
  })
  api.on('runs.removed', ({ runIds }) => {
    for (const id of runIds) pendingRuns.delete(id)
    byId.value = new Map([...byId.value].filter(([id]) => !runIds.includes(id)))
  })
  api.on('sweeps.changed', (changed) => {
    sweeps.value = changed
    sweepsOutdated ||= loading
  })
  api.on('run.progress', (changed) => {
    pendingProgress.set(changed.runId, changed)
    applyWithin(progressMs)
  })

  let sweepsAsked: Promise<void> | null = null
  /** Asked for while all is being loaded, whose answer may be older than the question and come later. */
  let sweepsOutdated = false
  /** Many new runs at once ask only once. */
  function loadSweeps(): Promise<void> {
    sweepsOutdated ||= loading
    sweepsAsked ??= new Promise<void>((resolve) => setTimeout(resolve, 50)).then(async () => {
      sweepsAsked = null
      await attempt(async () => (sweeps.value = await api.call('sweeps.list', {})))
    })
    return sweepsAsked
  }

  async function load(): Promise<void> {
    loading = true
    await attempt(async () => {
      const [list, sweepList] = await Promise.all([api.call('runs.list', { limit: 100_000 }), api.call('sweeps.list', {})])
      byId.value = new Map(unpackRuns(list).map((run) => [run.id, run]))
      progress.value = new Map((engine.status?.running ?? []).map((one) => [one.runId, one]))
      sweeps.value = sweepList
      loaded.value = true
    })
    loading = false
    apply()
    if (sweepsOutdated) void loadSweeps()
    sweepsOutdated = false
  }
  watch(() => engine.generation, load, { immediate: engine.generation > 0 })

  const all = computed(() => [...byId.value.values()])
  const running = computed(() => all.value.filter((run) => run.state === 'running').sort((a, b) => a.id - b.id))
  /** In the order in which they will start, running ones first. */
  const queue = computed(() => all.value.filter((run) => queued.has(run.state)).sort(inQueueOrder))

  /** What starts by itself when a slot is free. */
  const waiting = computed(() => queue.value.filter((run) => startsByItself(run.state)))

  return { byId, all, progress, sweeps, loaded, running, queue, waiting }
})

export function startsByItself(state: RunSummary['state']): boolean {
  return state === 'waiting' || state === 'interrupted'
}

function inQueueOrder(a: RunSummary, b: RunSummary): number {
  const group = (run: RunSummary): number => (run.state === 'running' ? 0 : run.state === 'held' ? 2 : 1)
  return group(a) - group(b) || b.priority - a.priority || a.position - b.position || a.id - b.id
}
