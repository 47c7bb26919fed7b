// What the rest of the page may import of this feature.
export { default as DiskSettings } from './DiskSettings.vue'
