import { computed, ref, watchEffect } from 'vue'
import type { Theme } from '../../../common/rpc/page-bridge.ts'
import { api } from '../connection/api.ts'

const key = 'skiplab-theme'
const systemDark = window.matchMedia('(prefers-color-scheme: dark)')
const systemIsDark = ref(systemDark.matches)
systemDark.addEventListener('change', (event) => (systemIsDark.value = event.matches))

function stored(): Theme {
  const value = localStorage.getItem(key)
  return value === 'light' || value === 'dark' ? value : 'system'
}

/** Whether the page is being printed: paper is light, and drawing must not wait for a frame. */
export const printing = ref(false)
window.addEventListener('beforeprint', () => (printing.value = true))
window.addEventListener('afterprint', () => (printing.value = false))

/** What the person chose; `dark` below is what that means now. */
export const theme = ref<Theme>(stored())
export const dark = computed(() => !printing.value && (theme.value === 'system' ? systemIsDark.value : theme.value === 'dark'))

watchEffect(() => {
  document.documentElement.dataset.theme = dark.value ? 'dark' : 'light'
  localStorage.setItem(key, theme.value)
  api.setTheme(theme.value)
})

/** Caches tokens by theme and name: reading a computed style forces a layout, which is too slow for every drawing of a chart. */
const tokens = new Map<string, string>()

/** Reads a token's present value, for canvases, which know no CSS variables. Reads `dark` so that callers are run again. */
export function token(name: string): string {
  void dark.value
  const key = `${document.documentElement.dataset.theme} ${name}`
  const known = tokens.get(key)
  if (known !== undefined) return known
  const value = getComputedStyle(document.documentElement).getPropertyValue(name).trim()
  tokens.set(key, value)
  return value
}
