import type { EpochRecord, LayerStatistic, StepSample } from '../../../../common/records/records.ts'
import type { ConfusionCount } from '../../../../common/results/confusion.ts'
import type { CheckpointRecord } from '../../../../common/rpc/worker-protocol.ts'

/** What a run tells while it trains, and how it learns that it should end early. */
export interface TrainingObserver {
  started(details: StartDetails): void
  progress(progress: Progress): void
  step(sample: StepSample): void
  /**
   * @param confusion which classes of the test split were taken for which
   * @param dataWaitMs time of the epoch for which streamed images were waited for; null for images that the backend holds
   */
  epoch(record: EpochRecord, layerStatistics: LayerStatistic[], confusion: ConfusionCount[], dataWaitMs: number | null): void
  checkpoint(checkpoint: CheckpointRecord, removed: string[]): void
  checkpointRejected(file: string, reason: string): void
  /**
   * Lets messages in; called between two blocking calls.
   * @param expectedMs how long the next blocking call may take; 0 when that is unknown
   */
  checkMessages(step: number, expectedMs: number): Promise<StopRequest>
}

/** Whether and when a run is asked to stop. */
export type StopRequest = 'none' | 'stop-after-epoch' | 'stop'

export interface StartDetails {
  /** Steps done by earlier attempts; 0 for a new run. */
  readonly resumedFromStep: number
  readonly resumedFromEpoch: number
  /** Time that earlier attempts spent in the epoch that goes on. */
  readonly epochElapsedMs: number
  readonly compileMs: number
  readonly loadMs: number
  readonly totalSteps: number
  readonly stepsPerEpoch: number
  /** Versions of what computes, by name. */
  readonly versions: Readonly<Record<string, string>>
}

export interface Progress {
  readonly epoch: number
  readonly step: number
  readonly loss: number | null
  /** Mean over the running epoch's steps. */
  readonly trainError: number | null
  readonly learningRate: number
  readonly imagesPerSecond: number | null
  readonly phase: 'training' | 'evaluating' | 'checkpointing'
}

export type TrainingOutcome =
  /** With the reason where it ended before its last step. */
  | { readonly kind: 'finished'; readonly step: number; readonly reason: string | null }
  | { readonly kind: 'stopped'; readonly step: number; readonly epochElapsedMs: number }
  | { readonly kind: 'diverged'; readonly step: number; readonly reason: string }
