// What the rest of the page may import of this feature.
export { default as HeldAgainstTable } from './HeldAgainstTable.vue'
export { default as PublishedView } from './PublishedView.vue'
