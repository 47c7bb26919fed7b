import { onScopeDispose, ref, type Ref, watch } from 'vue'

const key = 'skiplab-inspector'

/** Pixels, of text of the usual size: larger text makes it wider. */
export const inspectorRange = { min: 220, max: 560 } as const

function remembered(): number {
  const width = Number(localStorage.getItem(key))
  return width >= inspectorRange.min && width <= inspectorRange.max ? width : 300
}

/** One width for the inspectors of all views, pixels as above. */
export const inspectorWidth = ref(remembered())
watch(inspectorWidth, (width) => localStorage.setItem(key, String(width)))

/**
 * Whether the window has no room for content and inspector side by side, which they have from `roomFrom` pixels on, more with larger
 * text.
 */
export function useNarrow(roomFrom = 860): Ref<boolean> {
  const query = window.matchMedia(`(max-width: ${roomFrom / 16}em)`)
  const narrow = ref(query.matches)
  const follow = (event: MediaQueryListEvent): void => {
    narrow.value = event.matches
  }
  query.addEventListener('change', follow)
  onScopeDispose(() => query.removeEventListener('change', follow))
  return narrow
}
