import { computed, reactive, ref, shallowRef, watch } from 'vue'
import { formatBytes } from '../../../../common/format-bytes.ts'
import type { DiskChoice, DiskPlan } from '../../../../common/records/disk.ts'
import { api } from '../../connection/api.ts'
import { attempt, say } from '../../ui/messages.ts'

/** What was chosen to be freed, and the plan of it that is shown before anything is deleted. @param freed called when files are gone */
export function useFreeing(freed: () => void) {
  const choice = reactive<DiskChoice>({ thin: false, purge: false, datasets: [] })
  const plan = shallowRef<DiskPlan | null>(null)
  const busy = ref(false)
  const chosen = computed(() => choice.thin || choice.purge || choice.datasets.length > 0)
  // What is shown is what is chosen.
  watch(choice, () => (plan.value = null))

  async function show(): Promise<void> {
    busy.value = true
    plan.value = (await attempt(() => api.call('disk.plan', { choice }))) ?? null
    busy.value = false
  }

  function keep(): void {
    plan.value = null
  }

  /** Deletes what is shown; where that has changed meanwhile, it is shown anew. */
  async function free(): Promise<void> {
    const planHash = plan.value?.planHash
    if (planHash === undefined) return
    busy.value = true
    const done = await attempt(() => api.call('disk.free', { choice, planHash }))
    busy.value = false
    if (!done) {
      await show()
      return
    }
    say(`${formatBytes(done.bytes)} freed.`)
    for (const problem of done.problems) say(problem, 'problem')
    Object.assign(choice, { thin: false, purge: false, datasets: [] })
    freed()
  }

  return { choice, chosen, plan, busy, show, keep, free }
}
