import type { Store } from '../../store/store.ts'
import type { Evaluations } from '../evaluations/evaluations.ts'
import type { HandlersOf } from './dispatch.ts'

export interface EvaluationHandlerOptions {
  readonly store: Store
  readonly evaluations: Evaluations
}

/** Calls about tests of runs under protocols. */
export function evaluationHandlers({ store, evaluations }: EvaluationHandlerOptions): HandlersOf<'evaluations'> {
  const { commands, reader } = evaluations
  return {
    'evaluations.queue': (request) => commands.queue(request),
    'evaluations.list': ({ runIds, states }) => store.evaluations.list(runIds ?? null, states ?? null),
    'evaluations.get': ({ evaluationId }) => store.evaluations.get(evaluationId),
    'evaluations.cancel': ({ evaluationIds }) => commands.cancel(evaluationIds),
    'evaluations.remove': ({ evaluationIds }) => commands.remove(evaluationIds),
    'evaluations.details': (request) => reader.details(request),
  }
}
