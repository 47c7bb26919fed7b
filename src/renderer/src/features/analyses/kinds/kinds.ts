import type { Component } from 'vue'
import type { AnalysisKind } from '../../../../../common/analyses/analyses.ts'
import LayersResult from './LayersResult.vue'
import TableResult from './TableResult.vue'

/** Pictures of the kinds that have one of their own. A component gets `analysis`, `result` and those of its `runs` that are there. */
const pictures: Readonly<Partial<Record<AnalysisKind, Component>>> = {
  layers: LayersResult,
}

/** What shows a finished analysis of a kind: its picture, or a table. */
export function resultView(kind: AnalysisKind): Component {
  return pictures[kind] ?? TableResult
}
