import { onScopeDispose, shallowRef, watch, type ShallowRef } from 'vue'
import type { PlaceStatus } from '../../../../common/places/place.ts'
import { api } from '../../connection/api.ts'
import { useEngine } from '../../connection/engine.ts'
import { attempt } from '../../ui/messages.ts'

/** All places as the engine tells of them; null until it did. */
export function usePlaces(): Readonly<ShallowRef<readonly PlaceStatus[] | null>> {
  const engine = useEngine()
  const places = shallowRef<readonly PlaceStatus[] | null>(null)
  onScopeDispose(api.on('places.changed', (changed) => (places.value = changed)))
  watch(
    () => engine.generation,
    () => attempt(async () => (places.value = await api.call('places.list', {}))),
    { immediate: engine.generation > 0 },
  )
  return places
}
