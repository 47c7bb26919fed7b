import type { Store } from '../../store/store.ts'
import type { Analyses } from '../analyses/analyses.ts'
import type { HandlersOf } from './dispatch.ts'

export interface AnalysisHandlerOptions {
  readonly store: Store
  readonly analyses: Analyses
}

/** Calls about analyses of runs. */
export function analysisHandlers({ store, analyses }: AnalysisHandlerOptions): HandlersOf<'analyses'> {
  const { commands } = analyses
  return {
    'analyses.queue': (request) => commands.queue(request),
    'analyses.list': ({ runIds, kinds, states }) => store.analyses.list(runIds ?? null, states ?? null, kinds ?? null),
    'analyses.get': ({ analysisId }) => analyses.details(analysisId),
    'analyses.cancel': ({ analysisIds }) => commands.cancel(analysisIds),
    'analyses.remove': ({ analysisIds }) => commands.remove(analysisIds),
  }
}
