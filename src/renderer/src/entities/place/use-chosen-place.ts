import { computed, ref, type WritableComputedRef } from 'vue'
import { usePlaces } from './store.ts'

/** Where runs are to train, while there is such a place; null: wherever a slot is free. */
export function useChosenPlace(): WritableComputedRef<string | null> {
  const places = usePlaces()
  const chosen = ref<string | null>(null)
  return computed({
    get: () => (chosen.value !== null && places.choices.includes(chosen.value) ? chosen.value : null),
    set: (wanted) => (chosen.value = wanted),
  })
}
