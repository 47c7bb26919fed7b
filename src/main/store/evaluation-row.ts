import type { Device } from '../../common/device.ts'
import type { Evaluation, EvaluationState, TestSplit } from '../../common/evaluation/evaluation.ts'
import { viewCounts } from '../../common/evaluation/views.ts'
import type { SplitResult } from '../../common/results/metrics.ts'
import type { BatchStatistics, TestProtocol } from '../../common/results/protocols.ts'
import type { ResultCheckpoint } from '../../common/results/result-row.ts'

/** An evaluation with its members, results and device, as SQLite returns it; enumerations were checked when it was written. */
export interface EvaluationRow {
  readonly id: number
  readonly checkpoint: ResultCheckpoint
  readonly split: TestSplit
  readonly protocol: TestProtocol
  readonly batch_statistics: BatchStatistics
  readonly state: EvaluationState
  readonly reason: string | null
  readonly attempt: number
  readonly epoch: number | null
  readonly images: number | null
  readonly scores_bytes: number
  readonly queued_at: number
  readonly started_at: number | null
  readonly finished_at: number | null
  /** JSON arrays in the members' order. */
  readonly run_ids: string
  readonly member_ids: string
  /** JSON object by metric. */
  readonly results: string
  /** JSON object; null without a device. */
  readonly device: string | null
}

export const evaluationQuery = `
  SELECT evaluations.id, checkpoint, split, protocol, batch_statistics, state, reason, attempt, epoch, images, scores_bytes,
    queued_at, started_at, finished_at,
    (SELECT json_group_array(run_id ORDER BY position) FROM evaluation_members WHERE evaluation_id = evaluations.id) AS run_ids,
    (SELECT json_group_array(member_id ORDER BY position) FROM evaluation_members
      WHERE evaluation_id = evaluations.id AND member_id IS NOT NULL) AS member_ids,
    (SELECT json_group_object(metric, value) FROM evaluation_results WHERE evaluation_id = evaluations.id) AS results,
    (SELECT json_object('kind', kind, 'name', name, 'threads', threads, 'precision', precision) FROM devices
      WHERE devices.id = evaluations.device_id) AS device
  FROM evaluations`

/** What was written from typed values is read back as such; the engine checks every record before it leaves. */
export function evaluationFromRow(row: EvaluationRow): Evaluation {
  return {
    id: row.id,
    runIds: JSON.parse(row.run_ids) as number[],
    memberIds: JSON.parse(row.member_ids) as number[],
    checkpoint: row.checkpoint,
    split: row.split,
    batchStatistics: row.batch_statistics,
    protocol: row.protocol,
    views: viewCounts[row.protocol],
    state: row.state,
    reason: row.reason,
    epoch: row.epoch,
    results: row.state === 'finished' ? (JSON.parse(row.results) as SplitResult) : null,
    images: row.images,
    device: row.device === null ? null : (JSON.parse(row.device) as Device),
    attempt: row.attempt,
    bytes: row.scores_bytes,
    queuedAt: row.queued_at,
    startedAt: row.started_at,
    finishedAt: row.finished_at,
  }
}
