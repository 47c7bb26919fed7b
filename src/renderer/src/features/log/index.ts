// What the rest of the page may import of this feature.
export { default as LogDrawer } from './LogDrawer.vue'
export { useLog } from './store.ts'
