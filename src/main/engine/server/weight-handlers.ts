import type { WeightImports } from '../library/weight-imports.ts'
import type { HandlersOf } from './dispatch.ts'

export interface WeightHandlerOptions {
  readonly weightImports: WeightImports
}

/** Calls about weights that were trained elsewhere. */
export function weightHandlers({ weightImports }: WeightHandlerOptions): HandlersOf<'weights'> {
  return {
    'weights.inspect': ({ path, options }) => weightImports.inspect(path, options),
    'weights.import': ({ path, options, name }) => weightImports.import(path, options, name),
  }
}
