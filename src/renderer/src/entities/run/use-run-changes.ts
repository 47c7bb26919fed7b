import { type ShallowRef, shallowRef } from 'vue'
import type { RunProgress, RunSummary } from '../../../../common/records/records.ts'
import { api } from '../../connection/api.ts'

/** Changes of runs are applied together when they come within so long, ms. */
const frameMs = 16
/**
 * Progress of all running runs comes on the screen together and so often, ms: each frame that is drawn is time that training does
 * not get.
 */
const progressMs = 1_000

interface RunChanges {
  readonly byId: ShallowRef<ReadonlyMap<number, RunSummary>>
  /** Of the running runs, by the run's id. */
  readonly progress: ShallowRef<ReadonlyMap<number, RunProgress>>
  /** Applies what has come and was held. */
  readonly apply: () => void
}

/**
 * Applies what the engine tells of runs.
 * @param options.held whether changes are to wait, because all runs are being loaded
 * @param options.onNewRun called for each run that was not known before
 */
export function useRunChanges({ held, onNewRun }: { held: () => boolean; onNewRun: () => void }): RunChanges {
  const byId = shallowRef<ReadonlyMap<number, RunSummary>>(new Map())
  const progress = shallowRef<ReadonlyMap<number, RunProgress>>(new Map())
  const pendingRuns = new Map<number, RunSummary>()
  const pendingProgress = new Map<number, RunProgress>()
  let applyAt = Infinity
  let timer = 0

  function applyWithin(delayMs: number): void {
    const at = performance.now() + delayMs
    if (held() || at >= applyAt) return
    applyAt = at
    window.clearTimeout(timer)
    // Not a frame: hidden windows get none, and must not fall behind.
    timer = window.setTimeout(apply, delayMs)
  }

  function apply(): void {
    applyAt = Infinity
    if (held()) return
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
    if (!known) onNewRun()
    applyWithin(frameMs)
  })
  api.on('runs.removed', ({ runIds }) => {
    for (const id of runIds) pendingRuns.delete(id)
    byId.value = new Map([...byId.value].filter(([id]) => !runIds.includes(id)))
  })
  api.on('run.progress', (running) => {
    pendingProgress.set(running.runId, running)
    applyWithin(progressMs)
  })
  return { byId, progress, apply }
}
