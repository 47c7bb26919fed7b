import { defineStore } from 'pinia'
import { computed, shallowRef, watch } from 'vue'
import { localPlace, type PlaceStatus } from '../../../../common/places/place.ts'
import { api } from '../../connection/api.ts'
import { useEngine } from '../../connection/engine.ts'
import { attempt } from '../../ui/messages.ts'

/** The machines besides this one that runs train on, kept equal to the engine's. */
export const usePlaces = defineStore('places', () => {
  const engine = useEngine()
  /** Null until the engine told of them. */
  const list = shallowRef<readonly PlaceStatus[] | null>(null)
  api.on('places.changed', (changed) => (list.value = changed))
  watch(
    () => engine.generation,
    () => attempt(async () => (list.value = await api.call('places.list', {}))),
    { immediate: engine.generation > 0 },
  )
  const all = computed(() => list.value ?? [])
  /** Names of where a run may be bound to, this machine's first; none where there is nothing to choose. */
  const choices = computed(() => (all.value.length > 0 ? [localPlace, ...all.value.map(({ settings }) => settings.name)] : []))
  /** Places that are out of reach while runs train there, as far as anyone knows. */
  const lost = computed(() => all.value.filter(({ lostSince }) => lostSince !== null))

  /** What forecasts depend on: which places there are, and how they do. */
  const states = computed(() => all.value.map(({ settings, state }) => `${settings.name} ${state}`).join())

  return { all, choices, lost, states }
})
