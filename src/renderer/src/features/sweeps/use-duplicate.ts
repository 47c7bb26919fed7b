import { watch } from 'vue'
import { useRoute, useRouter } from 'vue-router'
import type { Sweep } from '../../../../common/sweep/sweep.ts'
import { sweepOfRun } from '../../../../common/sweep/sweep-of-run.ts'
import { api } from '../../connection/api.ts'
import { attempt, say } from '../../ui/messages.ts'
import { useDesign } from './store.ts'

/**
 * Opens `#/design?run=12` and `#/design?sweep=3` with the settings of that run or sweep, to be changed and queued again, and
 * `#/design?from=12` with a run like 12 that starts from its weights.
 */
export function useDuplicate(): void {
  const route = useRoute()
  const router = useRouter()
  const design = useDesign()

  async function load(words: string, sweep: () => Promise<Sweep>): Promise<void> {
    await attempt(async () => {
      design.load(await sweep())
      say(words)
    })
    // Who has gone on meanwhile is not called back.
    if (route.name === 'design') await router.replace({ name: 'design' })
  }

  const changed = (what: string): string => `Design holds the settings of ${what} now. Change them and queue.`
  const query = (name: string): number => Number(route.query[name])
  watch(
    // Other views have a sweep in their address too, and this one is still there when they are opened.
    () => (route.name === 'design' ? ([query('run'), query('sweep'), query('from')] as const) : ([NaN, NaN, NaN] as const)),
    ([runId, sweepId, startId]) => {
      if (runId > 0) {
        void load(changed(`run ${runId}`), async () => {
          const { name, settings } = await api.call('runs.get', { runId })
          return { ...sweepOfRun(settings), name: `${name}, changed`.slice(0, 120) }
        })
      } else if (startId > 0) {
        void load(`This sweep starts from the weights of run ${startId}. Choose data set, recipe and rate, and queue.`, async () => {
          const { name, settings } = await api.call('runs.get', { runId: startId })
          return { ...sweepOfRun(settings), name: `${name}, fine-tuned`.slice(0, 120), initialWeights: startId }
        })
      } else if (sweepId > 0) void load(changed(`sweep ${sweepId}`), () => api.call('sweeps.get', { sweepId }))
    },
    { immediate: true },
  )
}
