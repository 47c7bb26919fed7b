import { onBeforeUnmount, shallowReactive } from 'vue'

/** An export menu on the page that the palette can open by name. */
export interface OpenableExport {
  /** What it exports. */
  readonly name: () => string
  readonly enabled: () => boolean
  readonly open: () => void
}

/** Every export menu that is on the page now. */
export const exportMenus = shallowReactive(new Set<OpenableExport>())

/** Lists a menu for as long as its component is on the page. */
export function listExport(menu: OpenableExport): void {
  exportMenus.add(menu)
  onBeforeUnmount(() => exportMenus.delete(menu))
}
