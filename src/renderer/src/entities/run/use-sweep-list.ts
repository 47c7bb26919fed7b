import { type ShallowRef, shallowRef } from 'vue'
import type { SweepSummary } from '../../../../common/records/records.ts'
import { api } from '../../connection/api.ts'
import { attempt } from '../../ui/messages.ts'

/** Many new runs at once ask for the sweeps only once in so long, ms. */
const gatherMs = 50

interface SweepList {
  readonly sweeps: ShallowRef<readonly SweepSummary[]>
  readonly load: () => Promise<void>
  /** Loads again what was asked for while all was being loaded. */
  readonly loadIfOutdated: () => void
}

/** The sweeps of the workspace, kept equal to the engine's. @param loadingAll whether runs and sweeps are being loaded together */
export function useSweepList(loadingAll: () => boolean): SweepList {
  const sweeps = shallowRef<readonly SweepSummary[]>([])
  let asked: Promise<void> | null = null
  /** Asked for while all is being loaded, whose answer may be older than the question and come later. */
  let outdated = false

  function load(): Promise<void> {
    outdated ||= loadingAll()
    asked ??= new Promise<void>((resolve) => setTimeout(resolve, gatherMs)).then(async () => {
      asked = null
      await attempt(async () => (sweeps.value = await api.call('sweeps.list', {})))
    })
    return asked
  }

  function loadIfOutdated(): void {
    if (outdated) void load()
    outdated = false
  }

  // A new sweep may hold no new run: all of them may be reused.
  api.on('run.event', ({ runId, kind }) => {
    if (runId === null && kind === 'queued') void load()
  })
  api.on('sweeps.changed', (changed) => {
    sweeps.value = changed
    outdated ||= loadingAll()
  })
  return { sweeps, load, loadIfOutdated }
}
