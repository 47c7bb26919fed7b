import { z } from 'zod'
import { analysisProgressSchema, analysisSchema } from '../analyses/analysis.ts'
import { evaluationProgressSchema, evaluationSchema } from '../evaluation/evaluation.ts'
import {
  datasetProgressSchema,
  datasetSummarySchema,
  engineStatusSchema,
  epochRecordSchema,
  layerStatisticSchema,
  runEventSchema,
  runProgressSchema,
  runSummarySchema,
  stepSampleSchema,
  sweepSummarySchema,
} from '../records/records.ts'
import { placeStatusSchema } from '../places/place.ts'
import { templateSchema } from './templates.ts'
import { engineCalls } from './engine-calls.ts'
import { designCalls } from './design-calls.ts'
import { sweepCalls } from './sweep-calls.ts'
import { queueCalls } from './queue-calls.ts'
import { placeCalls } from './place-calls.ts'
import { runCalls } from './run-calls.ts'
import { evaluationCalls } from './evaluation-calls.ts'
import { analysisCalls } from './analysis-calls.ts'
import { exportCalls } from './export-calls.ts'
import { datasetCalls } from './dataset-calls.ts'
import { galleryCalls } from './gallery-calls.ts'
import { publishedCalls } from './published-calls.ts'

/** Clients and engine of another protocol version refuse each other with a clear message. */
export const protocolVersion = 8

/** Every call of the engine: the same over the local socket, Electron's IPC and the browser's WebSocket. */
export const calls = {
  ...engineCalls,
  ...sweepCalls,
  ...designCalls,
  ...queueCalls,
  ...placeCalls,
  ...runCalls,
  ...evaluationCalls,
  ...analysisCalls,
  ...exportCalls,
  ...galleryCalls,
  ...publishedCalls,
  ...datasetCalls,
} as const

/** Everything the engine announces, to every connected client, in the order in which it was committed. */
export const events = {
  /** Any field of the run changed; not sent for mere progress. */
  'run.changed': runSummarySchema,
  'run.progress': runProgressSchema,
  'run.epoch': z.strictObject({ runId: z.int(), epoch: epochRecordSchema, layerStatistics: z.array(layerStatisticSchema) }),
  'run.steps': z.strictObject({ runId: z.int(), samples: z.array(stepSampleSchema) }),
  'run.event': runEventSchema,
  'runs.removed': z.strictObject({ runIds: z.array(z.int()) }),
  /** It was queued, started or ended, or waits again. */
  'evaluation.changed': evaluationSchema,
  'evaluation.progress': evaluationProgressSchema,
  'evaluations.removed': z.strictObject({ evaluationIds: z.array(z.int()) }),
  /** It was queued, started or ended, or waits again. */
  'analysis.changed': analysisSchema,
  'analysis.progress': analysisProgressSchema,
  'analyses.removed': z.strictObject({ analysisIds: z.array(z.int()) }),
  /** One was renamed, removed or restored. */
  'sweeps.changed': z.array(sweepSummarySchema),
  'engine.changed': engineStatusSchema,
  /** All places, whenever one of them changed. */
  'places.changed': z.array(placeStatusSchema),
  'dataset.progress': datasetProgressSchema,
  'datasets.changed': z.array(datasetSummarySchema),
  'templates.changed': z.array(templateSchema),
} as const

export type CallName = keyof typeof calls
export type CallInput<N extends CallName> = z.input<(typeof calls)[N]['input']>
export type CallOutput<N extends CallName> = z.output<(typeof calls)[N]['output']>
export type EventName = keyof typeof events
export type EventPayload<N extends EventName> = z.output<(typeof events)[N]>

/** What a client of the engine looks like, whatever the wire. */
export interface EngineClient {
  call<N extends CallName>(name: N, input: CallInput<N>): Promise<CallOutput<N>>
  /** @returns a function that ends the subscription */
  on<N extends EventName>(name: N, listener: (payload: EventPayload<N>) => void): () => void
  /** Called once when the connection ends, with the reason. */
  onClose(listener: (reason: string) => void): () => void
  close(): void
}

export { SkiplabError } from '../failure.ts'
