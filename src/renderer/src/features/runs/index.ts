// What the rest of the page may import of this feature.
export { default as DepthPanel } from './DepthPanel.vue'
export { default as RunView } from './RunView.vue'
export { default as RunsView } from './RunsView.vue'
