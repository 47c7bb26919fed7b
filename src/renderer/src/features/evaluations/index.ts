// What the rest of the page may import of this feature.
export { default as CompareTests } from './CompareTests.vue'
export { default as EvaluationView } from './EvaluationView.vue'
export { default as OpenTests } from './OpenTests.vue'
export { default as TestDialog } from './TestDialog.vue'
export { default as TestPanel } from './TestPanel.vue'
export { canBeTested } from './tested-runs.ts'
