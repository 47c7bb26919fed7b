export { default as IdentityView } from './IdentityView.vue'
