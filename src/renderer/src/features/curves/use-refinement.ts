import { type ComputedRef, type Ref, watch } from 'vue'
import type { ChartView } from '../../../../common/chart/series.ts'
import type { CurveSource } from './curve-points.ts'
import type { StepQuery, StepWindow } from './step-series.ts'

/** How long a zoom must rest before finer points are fetched, ms. */
const restMs = 200

interface RefinementOptions {
  /** Null while no metric of single steps is shown. */
  readonly query: ComputedRef<StepQuery | null>
  /** Null while the whole run is shown. */
  readonly view: Ref<ChartView | null>
  readonly sources: () => readonly CurveSource[]
  /** A null window stands for the whole run. */
  readonly refine: (runId: number, query: StepQuery, window: StepWindow | null) => Promise<void>
}

/** Fetches finer points of the stretch that is zoomed into, once a zoom rests. */
export function useRefinement({ query, view, sources, refine }: RefinementOptions): void {
  let timer = 0
  watch([view, query], () => {
    window.clearTimeout(timer)
    timer = window.setTimeout(refineAll, view.value ? restMs : 0)
  })

  function refineAll(): void {
    if (!query.value) return
    const seen = view.value?.x
    for (const { run, scale } of sources()) {
      const window = seen && {
        from: Math.max(0, Math.floor(scale.toStep(seen.min))),
        to: Math.min(run.totalSteps, Math.ceil(scale.toStep(seen.max))),
      }
      if (!window || window.to >= window.from) void refine(run.id, query.value, window ?? null)
    }
  }
}
