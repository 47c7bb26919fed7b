// What the rest of the page may import of this feature.
export { default as LayersView } from './LayersView.vue'
