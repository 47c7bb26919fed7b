import type { Device } from '../../common/device.ts'
import type { Arithmetic } from '../../common/records/arithmetic.ts'
import type { EpochRecord, RunState, RunSummary } from '../../common/records/records.ts'
import type { ImportedFrom } from '../../common/weights/imported-from.ts'
import type { EpochResults } from '../../common/results/splits.ts'
import { withLaterDefaults } from '../../common/training/recipe.ts'
import type { RunSettings } from '../../common/training/run-settings.ts'
import { countsAttempt } from './attempts.ts'
import { epochColumns, epochFromRow, type EpochRow } from './epoch-row.ts'
import type { RunResults } from './results.ts'

/** A run with its sweep's name, its device and its last epoch, as SQLite returns it. */
export interface RunRow {
  id: number
  sweep_id: number | null
  sweep_name: string | null
  name: string
  settings: string
  settings_hash: string
  /** One of the states: the table has a CHECK. */
  state: RunState
  reason: string | null
  priority: number
  position: number
  attempt: number
  parameter_count: number
  multiply_adds: number
  total_steps: number
  total_epochs: number
  queued_at: number
  started_at: number | null
  run_finished_at: number | null
  trained_ms: number
  /** JSON array of texts. */
  tags: string
  notes: string
  starred: number
  archived: number
  /** JSON of where its weights came from; null for a run that is trained here. */
  imported: string | null
  /** Null where there is no checkpoint to go on from. */
  checkpoint_step: number | null
  /** Place that it is bound to; null for any. */
  place: string | null
  /** Place of its newest attempt; null for this machine, or before the first. */
  trained_at: string | null
  sent_bytes: number
  fetched_bytes: number
  device_kind: Device['kind'] | null
  device_name: string | null
  device_threads: number | null
  device_precision: Device['precision'] | null
  /** JSON array of {@link StoredArithmetic}; null for a run of one attempt. */
  arithmetic: string | null
}
type JoinedRow = RunRow & Partial<EpochRow>

/** Selects the arithmetic of the attempts whose steps were not trained again by a later one, in their order. */
const arithmeticQuery = `(
  SELECT json_group_array(
    json_object('kind', kind, 'name', name, 'threads', threads, 'precision', precision, 'versions', json(versions)) ORDER BY attempt)
  FROM attempts JOIN devices ON devices.id = attempts.device_id JOIN environments ON environments.id = attempts.environment_id
  WHERE run_id = runs.id AND ${countsAttempt('runs.total_steps')})`

type StoredArithmetic = Device & { versions: Readonly<Record<string, string>> }

export const summaryQuery = `
  SELECT runs.id, sweeps.id AS sweep_id, sweeps.name AS sweep_name, runs.name, runs.settings, runs.settings_hash, runs.state, runs.reason,
    runs.priority, runs.position, runs.attempt, runs.parameter_count, runs.multiply_adds, runs.total_steps, runs.total_epochs,
    runs.queued_at, runs.started_at, runs.finished_at AS run_finished_at, runs.trained_ms,
    runs.tags, runs.notes, runs.starred, runs.archived, runs.imported,
    (SELECT max(step) FROM checkpoints WHERE checkpoints.run_id = runs.id AND rejected IS NULL) AS checkpoint_step,
    runs.place, (SELECT attempts.place FROM attempts WHERE attempts.run_id = runs.id AND attempts.attempt = runs.attempt) AS trained_at,
    runs.sent_bytes, runs.fetched_bytes,
    devices.kind AS device_kind, devices.name AS device_name, devices.threads AS device_threads, devices.precision AS device_precision,
    CASE WHEN runs.attempt > 1 THEN ${arithmeticQuery} END AS arithmetic,
    ${epochColumns}
  FROM runs
    LEFT JOIN sweeps ON sweeps.id = runs.sweep_id AND sweeps.removed_at IS NULL
    LEFT JOIN devices ON devices.id = runs.device_id
    LEFT JOIN last_epochs AS epochs ON epochs.run_id = runs.id`

/** @param parse reads settings; many rows are quicker with a memory of what was read */
export function runFromRow(row: JoinedRow, { last, best }: RunResults, parse = parseSettings): RunSummary {
  return {
    id: row.id,
    sweepId: row.sweep_id,
    sweepName: row.sweep_name,
    name: row.name,
    settings: parse(row.settings),
    settingsHash: row.settings_hash,
    state: row.state,
    reason: row.reason,
    priority: row.priority,
    position: row.position,
    attempt: row.attempt,
    parameterCount: row.parameter_count,
    multiplyAdds: row.multiply_adds,
    totalSteps: row.total_steps,
    totalEpochs: row.total_epochs,
    device: deviceFromRow(row),
    ...arithmeticFrom(row.arithmetic),
    queuedAt: row.queued_at,
    startedAt: row.started_at,
    finishedAt: row.run_finished_at,
    trainedMs: row.trained_ms,
    lastEpoch: lastEpoch(row, last),
    bestEpoch: best,
    tags: JSON.parse(row.tags) as string[],
    notes: row.notes,
    starred: row.starred === 1,
    archived: row.archived === 1,
    ...(row.imported !== null && { imported: JSON.parse(row.imported) as ImportedFrom }),
    ...(row.checkpoint_step !== null && { checkpointStep: row.checkpoint_step }),
    ...(row.place !== null && { place: row.place }),
    ...(row.trained_at !== null && { trainedAt: row.trained_at }),
    ...(row.sent_bytes + row.fetched_bytes > 0 && { traffic: { sentBytes: row.sent_bytes, fetchedBytes: row.fetched_bytes } }),
  }
}

/** Rows in which equal settings, which runs of the same seed share, are read once. */
export function runsFromRows(rows: readonly JoinedRow[], resultsOf: (runId: number) => RunResults): RunSummary[] {
  const read = new Map<string, RunSettings>()
  const parse = (text: string): RunSettings => {
    const settings = read.get(text) ?? parseSettings(text)
    read.set(text, settings)
    return settings
  }
  return rows.map((row) => runFromRow(row, resultsOf(row.id), parse))
}

/** Written by `insert` from typed settings; the engine checks every summary before it leaves. */
function parseSettings(text: string): RunSettings {
  const settings = JSON.parse(text) as RunSettings
  return { ...settings, recipe: withLaterDefaults(settings.recipe) }
}

function deviceFromRow({
  device_kind: kind,
  device_name: name,
  device_threads: threads,
  device_precision: precision,
}: RunRow): Device | null {
  return kind === null || name === null || threads === null || precision === null ? null : { kind, name, threads, precision }
}

function arithmeticFrom(json: string | null): Pick<RunSummary, 'arithmetic'> {
  const stored = json === null ? [] : (JSON.parse(json) as StoredArithmetic[])
  const distinct = new Map<string, Arithmetic>()
  for (const { versions, ...device } of stored) {
    const each: Arithmetic = { device, libtensorflow: versions.libtensorflow ?? null, kernels: versions.kernels ?? null }
    distinct.set(JSON.stringify(each), each)
  }
  return distinct.size > 1 ? { arithmetic: [...distinct.values()] } : {}
}

function lastEpoch(row: JoinedRow, results: EpochResults | null): EpochRecord | null {
  const { epoch } = row
  // The join yields all columns of the epoch or none.
  return epoch === undefined || epoch === null || results === null ? null : epochFromRow(row as EpochRow, results)
}
