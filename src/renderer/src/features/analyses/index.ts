// What the rest of the page may import of this feature.
export { default as AnalysesPanel } from './AnalysesPanel.vue'
export { default as AnalysisBody } from './AnalysisBody.vue'
export { default as AnalysisDialog } from './AnalysisDialog.vue'
export { default as AnalysisView } from './AnalysisView.vue'
export { default as AnalysisRows } from './AnalysisRows.vue'
