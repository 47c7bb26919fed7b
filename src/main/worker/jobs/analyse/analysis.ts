import type { AnalysisKind, AnalysisOptions, AnalysisResult } from '../../../../common/analyses/analyses.ts'
import type { Device } from '../../../../common/device.ts'
import type { AnalyseJob } from '../../../../common/rpc/worker-protocol.ts'
import type { CreateScoringBackend } from '../../backend/backend.ts'
import type { CreateGramBackend } from '../../backend/gram-backend.ts'
import type { CreateLayerBackend } from '../../backend/layer-backend.ts'
import type { CreateLesionBackend } from '../../backend/lesion-backend.ts'
import type { CreatePathBackend } from '../../backend/path-backend.ts'
import type { CreateInputGradientBackend, CreatePropagationBackend } from '../../backend/propagation-backend.ts'

/** A run whose checkpoint is analysed. */
export type AnalysedRun = AnalyseJob['runs'][number]

/** What one kind of analysis is given. */
export interface AnalysisInput<K extends AnalysisKind> {
  /** In their order in the result. */
  readonly runs: readonly AnalysedRun[]
  readonly options: AnalysisOptions<K>
  readonly split: AnalyseJob['split']
}

/** What analyses compute with: a factory for each way to look into a network. */
export interface AnalysisBackends {
  readonly createScoringBackend: CreateScoringBackend
  readonly createLayerBackend: CreateLayerBackend
  readonly createGramBackend: CreateGramBackend
  readonly createLesionBackend: CreateLesionBackend
  readonly createPathBackend: CreatePathBackend
  readonly createPropagationBackend: CreatePropagationBackend
  readonly createInputGradientBackend: CreateInputGradientBackend
}

/** What an analysis tells while it runs, and how it learns that it is to end. */
export interface AnalysisObserver {
  /** @param progress `phase` in words; `done` of `total` in whatever this phase counts */
  progress(progress: { readonly phase: string; readonly done: number; readonly total: number }): void
  /**
   * Lets messages in; to be called between two blocking calls, and before the first.
   * @param expectedMs how long the next one may take; 0 when that is unknown
   * @returns true
   * @throws Stopped when the analysis is to end
   */
  mayGoOn(expectedMs: number): Promise<boolean>
}

/** What a long analysis keeps to go on from after an interruption. It is deleted when the analysis has ended. */
export interface PartialResult {
  /** What was written last, by an earlier attempt too; null where there is nothing whole. */
  read(): unknown
  /** Replaces it, whole or not at all. @param value as JSON */
  write(value: unknown): void
}

/** All that an analysis has of its surroundings. */
export interface AnalysisContext extends AnalysisBackends {
  readonly observer: AnalysisObserver
  readonly partial: PartialResult
  /** What must compute; `threads` is how many of its cores. */
  readonly device: Device
}

/** Computes one kind of analysis. @throws Stopped; SkiplabError bad-input where data or checkpoints are damaged; DeviceUnavailable */
export type Analyse<K extends AnalysisKind> = (input: AnalysisInput<K>, context: AnalysisContext) => Promise<AnalysisResult<K>>
