import { defineStore } from 'pinia'
import { shallowRef, watch } from 'vue'
import type { RunEvent } from '../../../../common/records/records.ts'
import { api } from '../../connection/api.ts'
import { useEngine } from '../../connection/engine.ts'
import { attempt } from '../../ui/messages.ts'

const kept = 500

/** Holds the engine's latest events, oldest first. */
export const useLog = defineStore('log', () => {
  const engine = useEngine()
  const events = shallowRef<readonly RunEvent[]>([])

  api.on('run.event', (event) => (events.value = [...events.value.slice(1 - kept), event]))
  watch(
    () => engine.generation,
    () => attempt(async () => (events.value = [...(await api.call('runs.events', { limit: kept }))].sort((a, b) => a.id - b.id))),
    { immediate: engine.generation > 0 },
  )
  return { events }
})
