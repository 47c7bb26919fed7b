import { type DatasetHandlerOptions, datasetHandlers } from './dataset-handlers.ts'
import type { Handlers } from './dispatch.ts'
import { type EngineHandlerOptions, engineHandlers } from './engine-handlers.ts'
import { type QueueHandlerOptions, queueHandlers } from './queue-handlers.ts'
import { type RunHandlerOptions, runHandlers } from './run-handlers.ts'
import { type SweepHandlerOptions, sweepHandlers } from './sweep-handlers.ts'

export type HandlerOptions = EngineHandlerOptions & SweepHandlerOptions & QueueHandlerOptions & RunHandlerOptions & DatasetHandlerOptions

/** What each call of the contract does; the files beside this one have the calls of one domain each. */
export function createHandlers(options: HandlerOptions): Handlers {
  return {
    ...engineHandlers(options),
    ...sweepHandlers(options),
    ...queueHandlers(options),
    ...runHandlers(options),
    ...datasetHandlers(options),
  }
}
