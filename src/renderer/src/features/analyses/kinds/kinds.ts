import type { Component } from 'vue'
import type { AnalysisKind } from '../../../../../common/analyses/analyses.ts'
import GradientPathsResult from './GradientPathsResult.vue'
import LayersResult from './LayersResult.vue'
import LesionsResult from './LesionsResult.vue'
import GradientsResult from './GradientsResult.vue'
import ShatteringResult from './ShatteringResult.vue'
import SimilarityResult from './SimilarityResult.vue'
import SurfaceResult from './SurfaceResult.vue'

/** What shows a finished analysis of each kind. A component gets `analysis`, `result` and those of its `runs` that are there. */
export const resultViews: Readonly<Record<AnalysisKind, Component>> = {
  layers: LayersResult,
  lesions: LesionsResult,
  'gradient-paths': GradientPathsResult,
  gradients: GradientsResult,
  shattering: ShatteringResult,
  similarity: SimilarityResult,
  'loss-surface': SurfaceResult,
}
