// What the rest of the page may import of this feature.
export { default as QueueHolds } from './QueueHolds.vue'
export { default as QueueView } from './QueueView.vue'
export { default as RunningTable } from './RunningTable.vue'
export { tellTroubles } from './troubles.ts'
export { queueActions } from './queue-actions.ts'
