import { onBeforeUnmount, onMounted, type Ref, shallowRef, watch } from 'vue'
import type { QueueForecast } from '../../../../common/records/records.ts'
import { api } from '../../connection/api.ts'
import { useEngine } from '../../connection/engine.ts'

const refreshMs = 15_000
const settleMs = 400

/** Fetches the queue's forecast while a view shows it, again when the queue changes and as time passes. */
export function useForecast(by: Ref<number>): Ref<QueueForecast | null> {
  const engine = useEngine()
  const forecast = shallowRef<QueueForecast | null>(null)
  let timer: ReturnType<typeof setTimeout> | null = null
  let mounted = false

  async function ask(): Promise<void> {
    if (engine.connected) {
      try {
        forecast.value = await api.call('queue.forecast', { by: by.value })
      } catch {
        // The next change or the next turn asks again.
      }
    }
    if (mounted) again(refreshMs)
  }
  function again(delayMs: number): void {
    if (timer) clearTimeout(timer)
    timer = setTimeout(() => void ask(), delayMs)
  }

  watch([() => engine.status, () => engine.generation, by], () => mounted && again(settleMs))
  onMounted(() => {
    mounted = true
    void ask()
  })
  onBeforeUnmount(() => {
    mounted = false
    if (timer) clearTimeout(timer)
  })
  return forecast
}
