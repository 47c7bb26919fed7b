// What the rest of the page may import of this feature.
export { default as NetworkDiagram } from './NetworkDiagram.vue'
export { default as NetworkPicture } from './NetworkPicture.vue'
