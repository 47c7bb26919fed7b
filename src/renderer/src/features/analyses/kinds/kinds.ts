import type { Component } from 'vue'
import type { AnalysisKind } from '../../../../../common/analyses/analyses.ts'
import LayersResult from './LayersResult.vue'

/** Shows a finished analysis of each kind. A component gets `analysis`, `result` and those of its `runs` that are there. */
export const resultViews: Readonly<Record<AnalysisKind, Component>> = {
  layers: LayersResult,
}
