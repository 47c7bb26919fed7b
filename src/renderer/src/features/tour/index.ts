// What the rest of the page may import of this feature.
export { default as TourBar } from './TourBar.vue'
export { default as TourOffer } from './TourOffer.vue'
export { default as TourView } from './TourView.vue'
