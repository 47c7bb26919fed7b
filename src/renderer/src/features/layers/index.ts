// What the rest of the page may import of this feature.
export { default as LayersView } from './LayersView.vue'
export { layerAxis } from './layer-axis.ts'
export { layerPanels, layersAsFigure, type LayerSource } from './layer-lines.ts'
