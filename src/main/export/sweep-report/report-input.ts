import type { DatasetManifest } from '../../../common/data/dataset.ts'
import type { Evaluation } from '../../../common/evaluation/evaluation.ts'
import type { RunEnvironment } from '../../../common/records/arithmetic.ts'
import type { EpochRecord, LayerStatistic, RunSummary } from '../../../common/records/records.ts'
import type { ReportedAnalysis } from './analysis-blocks.ts'
import type { Sweep } from '../../../common/sweep/sweep.ts'

/** A run with all that is told of it. */
export interface ReportedRun {
  readonly summary: RunSummary
  readonly epochs: readonly EpochRecord[]
  /** Of its last epoch. */
  readonly statistics: readonly LayerStatistic[]
}

/** What a sweep's report is made from. */
export interface ReportInput {
  readonly sweepId: number
  /** May have been changed after it was queued. */
  readonly name: string
  readonly queuedAt: number
  readonly sweep: Sweep
  /** Whether its data set is one of a person's own images, which no command can fetch. */
  readonly isImported: boolean
  /** What was asked of its data set's import; null where the data set is gone or does not tell. */
  readonly datasetAsked: DatasetManifest['asked'] | null
  /** In the order of the plan. */
  readonly runs: readonly ReportedRun[]
  /** Finished ones of its runs. */
  readonly analyses: readonly ReportedAnalysis[]
  /** Finished ones of its runs. */
  readonly tests: readonly Evaluation[]
  /** What its runs were computed on: one or more for each that has begun. */
  readonly environments: readonly RunEnvironment[]
  readonly madeAt: number
  /** Of the program and of what it runs on, by name. */
  readonly versions: readonly (readonly [name: string, value: string])[]
}
