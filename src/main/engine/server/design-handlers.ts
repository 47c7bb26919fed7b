import type { Propagations } from '../library/propagations.ts'
import type { HandlersOf } from './dispatch.ts'

export interface DesignHandlerOptions {
  readonly propagations: Propagations
}

/** Calls about designs that nobody has queued. */
export function designHandlers({ propagations }: DesignHandlerOptions): HandlersOf<'designs'> {
  return {
    'designs.propagation': (request) => propagations.of(request),
  }
}
