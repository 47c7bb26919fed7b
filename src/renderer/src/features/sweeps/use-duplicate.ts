import { watch } from 'vue'
import { useRoute, useRouter } from 'vue-router'
import type { Sweep } from '../../../../common/sweep/sweep.ts'
import { sweepOfRun } from '../../../../common/sweep/sweep-of-run.ts'
import { api } from '../../connection/api.ts'
import { attempt, say } from '../../ui/messages.ts'
import { useDesign } from './store.ts'

/** Opens `#/design?run=12` and `#/design?sweep=3` with the settings of that run or sweep, to be changed and queued again. */
export function useDuplicate(): void {
  const route = useRoute()
  const router = useRouter()
  const design = useDesign()

  async function load(what: string, sweep: () => Promise<Sweep>): Promise<void> {
    await attempt(async () => {
      design.load(await sweep())
      say(`Design holds the settings of ${what} now. Change them and queue.`)
    })
    // Who has gone on meanwhile is not called back.
    if (route.name === 'design') await router.replace({ name: 'design' })
  }

  watch(
    // Other views have a sweep in their address too, and this one is still there when they are opened.
    () => (route.name === 'design' ? ([Number(route.query.run), Number(route.query.sweep)] as const) : ([NaN, NaN] as const)),
    ([runId, sweepId]) => {
      if (runId > 0) {
        void load(`run ${runId}`, async () => {
          const { name, settings } = await api.call('runs.get', { runId })
          return { ...sweepOfRun(settings), name: `${name}, changed`.slice(0, 120) }
        })
      } else if (sweepId > 0) void load(`sweep ${sweepId}`, () => api.call('sweeps.get', { sweepId }))
    },
    { immediate: true },
  )
}
