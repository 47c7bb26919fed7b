import { defineStore } from 'pinia'
import { computed, ref, watch } from 'vue'
import type { RunSummary } from '../../../../common/records/records.ts'
import { unpackRuns } from '../../../../common/rpc/run-list.ts'
import { api } from '../../connection/api.ts'
import { useEngine } from '../../connection/engine.ts'
import { attempt } from '../../ui/messages.ts'
import { useRunChanges } from './use-run-changes.ts'
import { useSweepList } from './use-sweep-list.ts'

const queued = new Set<RunSummary['state']>(['running', 'waiting', 'paused', 'interrupted', 'held'])

/** Every run's summary by id, kept equal to the engine's. Changes of one frame are applied together. */
export const useRuns = defineStore('runs', () => {
  const engine = useEngine()
  const loaded = ref(false)
  let loading = false
  const sweepList = useSweepList(() => loading)
  const changes = useRunChanges({ held: () => loading, onNewRun: () => void sweepList.load() })
  const { byId, progress } = changes
  const { sweeps } = sweepList

  async function load(): Promise<void> {
    loading = true
    await attempt(async () => {
      const [list, allSweeps] = await Promise.all([api.call('runs.list', { limit: 100_000 }), api.call('sweeps.list', {})])
      byId.value = new Map(unpackRuns(list).map((run) => [run.id, run]))
      progress.value = new Map((engine.status?.running ?? []).map((running) => [running.runId, running]))
      sweeps.value = allSweeps
      loaded.value = true
    })
    loading = false
    changes.apply()
    sweepList.loadIfOutdated()
  }
  watch(() => engine.generation, load, { immediate: engine.generation > 0 })

  const all = computed(() => [...byId.value.values()])
  const running = computed(() => all.value.filter((run) => run.state === 'running').sort((a, b) => a.id - b.id))
  /** Queued runs in the order in which they will start, running ones first. */
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
