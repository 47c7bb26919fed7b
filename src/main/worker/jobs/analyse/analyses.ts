import type { AnalysisKind, AnalysisOptions, AnalysisResult } from '../../../../common/analyses/analyses.ts'
import type { AnalyseJob } from '../../../../common/rpc/worker-protocol.ts'
import type { Analyse, AnalysisContext } from './analysis.ts'
import { analyseGradientPaths } from './gradient-paths.ts'
import { analyseLayers } from './layers.ts'
import { analyseLossSurface } from './loss-surface.ts'
import { analyseSimilarity } from './similarity.ts'
import { analyseLesions } from './lesions.ts'
import { analyseGradients } from './gradients.ts'
import { analyseShattering } from './shattering.ts'

/** Computes each kind of analysis. */
const analyses: { readonly [K in AnalysisKind]: Analyse<K> } = {
  layers: analyseLayers,
  similarity: analyseSimilarity,
  'loss-surface': analyseLossSurface,
  lesions: analyseLesions,
  'gradient-paths': analyseGradientPaths,
  gradients: analyseGradients,
  shattering: analyseShattering,
}

/** Computes an analysis of any kind. @throws as {@link Analyse} */
export function analyse<K extends AnalysisKind>(
  { analysis, options, runs, split }: AnalyseJob & { readonly analysis: K },
  context: AnalysisContext,
): Promise<AnalysisResult<K>> {
  // The engine read the options with the kind's schema.
  return analyses[analysis]({ runs, split, options: options as AnalysisOptions<K> }, context)
}
