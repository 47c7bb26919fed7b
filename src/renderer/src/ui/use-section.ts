import { onMounted, type Ref, watch } from 'vue'
import { useRoute } from 'vue-router'

/** Scrolls a section into sight when the address names it. @param hash such as `#disk` */
export function useSection(hash: string, section: Readonly<Ref<HTMLElement | null>>): void {
  const route = useRoute()
  const show = (): void => {
    if (route.hash === hash) section.value?.scrollIntoView()
  }
  onMounted(show)
  watch(() => route.fullPath, show)
}
