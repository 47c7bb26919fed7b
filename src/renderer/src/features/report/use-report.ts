import { computed, type ComputedRef, onBeforeUnmount, ref, shallowRef, watch } from 'vue'
import { useRoute } from 'vue-router'
import { periodBefore } from '../../../../common/report/period.ts'
import { makeReport, type Report } from '../../../../common/report/report.ts'
import type { AttemptRecord, RunProgress } from '../../../../common/records/records.ts'
import { api } from '../../connection/api.ts'
import { useEngine } from '../../connection/engine.ts'
import { attempt } from '../../ui/messages.ts'
import { useRuns } from '../../entities/run/store.ts'
import { type PeriodChoice, readPeriod } from './report-period.ts'

const clockMs = 20_000

export interface ReportState {
  readonly choice: ComputedRef<PeriodChoice>
  /** Null until runs and attempts are here. */
  readonly report: ComputedRef<Report | null>
}

/** Computes the report that the address asks for, and keeps it current while it is shown. */
export function useReport(): ReportState {
  const store = useRuns()
  const engine = useEngine()
  const route = useRoute()
  const now = ref(Date.now())
  const attempts = shallowRef<readonly AttemptRecord[] | null>(null)

  const progress = shallowRef<readonly RunProgress[]>([])
  /** Forecasts move with the clock: a report that changed with every message of progress could not be read. */
  function look(): void {
    now.value = Date.now()
    progress.value = [...store.progress.values()]
  }
  const timer = setInterval(look, clockMs)
  onBeforeUnmount(() => clearInterval(timer))

  const asked = computed(() => readPeriod(route.query, now.value))
  /** Changes with every start and end of a run, and not with its epochs. */
  const states = computed(() => store.all.map((run) => `${run.id}${run.state}${run.attempt}`).join())
  watch(states, look, { immediate: true })
  // Sets no clock: a period that ends now would then ask again and again.
  watch(
    [() => asked.value.period.from, states, () => engine.generation],
    async () => {
      if (!engine.generation) return
      const { from } = periodBefore(asked.value.period)
      await attempt(async () => (attempts.value = await api.call('runs.attempts', { from, to: Date.now() })))
    },
    { immediate: true },
  )

  return {
    choice: computed(() => asked.value.choice),
    report: computed(() => {
      if (!store.loaded || !attempts.value) return null
      const { all: runs, sweeps } = store
      return makeReport(asked.value.period, { runs, sweeps, attempts: attempts.value, progress: progress.value, now: now.value })
    }),
  }
}
