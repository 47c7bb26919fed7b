export { default as PlaceSettings } from './PlaceSettings.vue'
