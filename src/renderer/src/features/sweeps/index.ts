// What the rest of the page may import of this feature.
export { default as DesignView } from './DesignView.vue'
export { useTemplates } from './own-templates.ts'
export { useDesign } from './store.ts'
