import { computed, type ComputedRef, ref, shallowRef, watch } from 'vue'
import { messageOf } from '../../../../common/caught.ts'
import type { SweepPlan } from '../../../../common/records/records.ts'
import type { CallInput } from '../../../../common/rpc/contract.ts'
import { api } from '../../connection/api.ts'

const planDelayMs = 120

/** What is to be planned; `state` names all else that a plan depends on. */
export interface PlanQuestion {
  readonly wanted: CallInput<'sweeps.plan'>
  readonly state: string
}

export interface Planning {
  /** The newest plan; while {@link planning}, that of the earlier question. */
  readonly plan: ComputedRef<SweepPlan | null>
  /** Why the engine refuses the sweep, in words. */
  readonly refusal: ComputedRef<string | null>
  /** Whether the plan still is that of an older question. */
  readonly planning: ComputedRef<boolean>
  /** Asks again, since the answer to the same question may have changed, such as become more exact. */
  readonly refresh: () => void
}

/** Asks the engine for a plan after every change, one at a time: the answer to a large one would hold up all that were typed meanwhile. */
export function usePlan(question: ComputedRef<PlanQuestion | null>): Planning {
  const answer = shallowRef<{ key: string; round: number; plan: SweepPlan | null; refusal: string | null } | null>(null)
  const key = computed(() => question.value && JSON.stringify(question.value))
  const round = ref(0)
  const planning = computed(() => key.value !== null && answer.value?.key !== key.value)
  let timer: ReturnType<typeof setTimeout> | null = null
  let asking = false

  async function ask(): Promise<void> {
    if (asking) return
    asking = true
    for (;;) {
      const asked = { key: key.value, round: round.value, question: question.value }
      if (asked.key === null || !asked.question || (asked.key === answer.value?.key && asked.round === answer.value.round)) break
      answer.value = { key: asked.key, round: asked.round, ...(await answerTo(asked.question)) }
    }
    asking = false
  }
  watch(
    [key, round],
    () => {
      if (timer) clearTimeout(timer)
      timer = setTimeout(() => void ask(), planDelayMs)
    },
    { immediate: true },
  )

  let measured = false
  /** Has the engine measure a speed while nothing trains, since there is no forecast without one. */
  async function measureOnce(): Promise<void> {
    if (measured) return
    measured = true
    const known = await api.call('engine.measure', {}).then(
      (reply) => reply.measured,
      () => false,
    )
    if (known) round.value++
  }
  async function answerTo({ wanted }: PlanQuestion): Promise<{ plan: SweepPlan | null; refusal: string | null }> {
    try {
      const plan = await api.call('sweeps.plan', wanted)
      if (plan.forecastMs === null) void measureOnce()
      return { plan, refusal: null }
    } catch (error) {
      return { plan: null, refusal: messageOf(error) }
    }
  }

  return {
    plan: computed(() => (key.value === null ? null : (answer.value?.plan ?? null))),
    refusal: computed(() => (planning.value ? null : (answer.value?.refusal ?? null))),
    planning,
    refresh: () => void round.value++,
  }
}
