import { computed, type ComputedRef } from 'vue'
import { groupByExperiment, withoutRepetitions } from '../../../../common/analysis/experiment.ts'
import { seedGroupKey } from '../../../../common/analysis/seed-groups.ts'
import type { RunSummary, SweepPlan } from '../../../../common/records/records.ts'
import { demoSweep } from '../../../../common/sweep/demo-sweep.ts'
import { useEngine } from '../../connection/engine.ts'
import { useRuns } from '../../entities/run/store.ts'
import { usePlan } from '../../entities/sweep/use-plan.ts'

/** What the tour trains: the demo's networks. */
export const tourSweep = { ...demoSweep, name: 'Tour' }

export interface TourRuns {
  /** Null until the engine has answered, or where it refuses. */
  readonly plan: ComputedRef<SweepPlan | null>
  /** Why the engine refuses, in words. */
  readonly refusal: ComputedRef<string | null>
  /** Runs of the tour's networks with any seed, by whatever sweep they were queued. */
  readonly runs: ComputedRef<RunSummary[]>
}

/** Finds the runs of the tour's networks by their settings, so that it goes on in any window with what the workspace has. */
export function useTourRuns(): TourRuns {
  const engine = useEngine()
  const store = useRuns()
  /** A run that has finished answers a part of the plan. */
  const finished = computed(() => store.all.filter(({ state }) => state === 'finished').length)
  const { plan, refusal } = usePlan(
    computed(() => (engine.connected ? { wanted: { sweep: tourSweep }, state: `${engine.generation} ${finished.value}` } : null)),
  )
  const wanted = computed(() => new Set((plan.value?.runs ?? []).map(seedGroupKey)))
  const runs = computed(() => {
    const ofTour = store.all.filter((run) => !run.settings.initialWeights && wanted.value.has(seedGroupKey(run)))
    // Of two precisions those that more runs have: their numbers must not be compared.
    const experiments = groupByExperiment(withoutRepetitions(ofTour))
    return [...(experiments.sort((a, b) => b.runs.length - a.runs.length)[0]?.runs ?? [])]
  })
  return { plan, refusal, runs }
}
