import { defineStore } from 'pinia'
import { computed, ref, shallowRef } from 'vue'
import type { Connection } from '../../../common/rpc/page-bridge.ts'
import type { EngineStatus } from '../../../common/records/records.ts'
import { api } from './api.ts'

/** The connection and the engine's own status. `generation` grows with every new connection: what was fetched before is stale. */
export const useEngine = defineStore('engine', () => {
  const connection = shallowRef<Connection>({ state: 'connecting' })
  const status = shallowRef<EngineStatus | null>(null)
  const generation = ref(0)
  /** Why there is no engine, until there is one: the attempts in between do not hide it. */
  const failure = shallowRef<Extract<Connection, { reason: string }> | null>(null)
  const connected = computed(() => connection.value.state === 'connected')

  api.on('engine.changed', (changed) => (status.value = changed))
  api.onConnection((changed) => {
    connection.value = changed
    if ('reason' in changed) failure.value = changed
    if (changed.state === 'connected') void refresh()
  })

  async function refresh(): Promise<void> {
    try {
      status.value = await api.call('engine.status', {})
      generation.value += 1
      failure.value = null
    } catch {
      // The connection ended meanwhile, which arrives as its own announcement.
    }
  }

  return { connection, status, generation, connected, failure }
})
