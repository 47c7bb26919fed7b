import { computed, onScopeDispose, reactive, shallowRef, watch } from 'vue'
import type { DiskPlan, DiskUsage } from '../../../../common/records/disk.ts'
import { api } from '../../connection/api.ts'
import { useEngine } from '../../connection/engine.ts'
import { attempt } from '../../ui/messages.ts'

/** After a change the files of several runs may still go. */
const settleMs = 300

/** What the workspace takes, and all that could be freed in it; measured anew when something was removed or brought back. */
export function useDisk() {
  const engine = useEngine()
  const usage = shallowRef<DiskUsage | null>(null)
  const possible = shallowRef<DiskPlan | null>(null)
  const unused = computed(() => usage.value?.datasets.filter(({ runs, files }) => runs === 0 && files > 0) ?? [])

  async function load(): Promise<void> {
    const read = await attempt(() => api.call('disk.usage', {}))
    if (!read) return
    usage.value = read
    const datasets = unused.value.map(({ name }) => name)
    possible.value = (await attempt(() => api.call('disk.plan', { choice: { thin: true, purge: true, datasets } }))) ?? null
  }

  let timer: ReturnType<typeof setTimeout> | undefined
  const loadSoon = (): void => {
    clearTimeout(timer)
    timer = setTimeout(() => void load(), settleMs)
  }
  const ends = (['runs.removed', 'sweeps.changed', 'datasets.changed'] as const).map((name) => api.on(name, loadSoon))
  onScopeDispose(() => {
    clearTimeout(timer)
    for (const end of ends) end()
  })
  watch(() => engine.generation, load, { immediate: engine.generation > 0 })

  return reactive({ usage, possible, unused, load })
}
