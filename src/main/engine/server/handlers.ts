import { type AnalysisHandlerOptions, analysisHandlers } from './analysis-handlers.ts'
import { type DatasetHandlerOptions, datasetHandlers } from './dataset-handlers.ts'
import { type DesignHandlerOptions, designHandlers } from './design-handlers.ts'
import { type DiskHandlerOptions, diskHandlers } from './disk-handlers.ts'
import type { Handlers } from './dispatch.ts'
import { type EngineHandlerOptions, engineHandlers } from './engine-handlers.ts'
import { type EvaluationHandlerOptions, evaluationHandlers } from './evaluation-handlers.ts'
import { type PlaceHandlerOptions, placeHandlers } from './place-handlers.ts'
import { publishedHandlers } from './published-handlers.ts'
import { type GalleryHandlerOptions, galleryHandlers } from './gallery-handlers.ts'
import { type QueueHandlerOptions, queueHandlers } from './queue-handlers.ts'
import { type RunHandlerOptions, runHandlers } from './run-handlers.ts'
import { type WeightHandlerOptions, weightHandlers } from './weight-handlers.ts'
import { type SweepHandlerOptions, sweepHandlers } from './sweep-handlers.ts'

export type HandlerOptions = EngineHandlerOptions &
  DiskHandlerOptions &
  SweepHandlerOptions &
  DesignHandlerOptions &
  QueueHandlerOptions &
  PlaceHandlerOptions &
  RunHandlerOptions &
  EvaluationHandlerOptions &
  AnalysisHandlerOptions &
  GalleryHandlerOptions &
  DatasetHandlerOptions &
  WeightHandlerOptions

/** Joins the handlers of all calls; each file beside this one has those of one domain. */
export function createHandlers(options: HandlerOptions): Handlers {
  return {
    ...engineHandlers(options),
    ...diskHandlers(options),
    ...sweepHandlers(options),
    ...designHandlers(options),
    ...queueHandlers(options),
    ...placeHandlers(options),
    ...runHandlers(options),
    ...evaluationHandlers(options),
    ...analysisHandlers(options),
    ...galleryHandlers(options),
    ...publishedHandlers,
    ...datasetHandlers(options),
    ...weightHandlers(options),
  }
}
