import { type Ref, ref, watch } from 'vue'

/** Keeps a choice after the window was closed. @param read null for what an older version may have left */
export function remembered<T>(key: string, fallback: T, read: (value: unknown) => T | null): Ref<T> {
  const choice = ref(stored(key, read) ?? fallback) as Ref<T> // plain values only: nothing to unwrap
  watch(choice, (value) => localStorage.setItem(key, JSON.stringify(value)), { deep: true })
  return choice
}

function stored<T>(key: string, read: (value: unknown) => T | null): T | null {
  try {
    return read(JSON.parse(localStorage.getItem(key) ?? 'null'))
  } catch {
    return null
  }
}
