import type { Database } from 'better-sqlite3'
import { type Analysis, type AnalysisState, checkpointsText, readCheckpoints } from '../../common/analyses/analysis.ts'
import type { AnalysisKind } from '../../common/analyses/analyses.ts'
import type { Device } from '../../common/device.ts'
import { SkiplabError } from '../../common/failure.ts'
import { JobRows } from './job-rows.ts'

/** What is analysed, and how; options are filled up, in the order of their kind. */
export type AnalysisTerms = Pick<Analysis, 'kind' | 'checkpoint' | 'split' | 'options' | 'runIds'>

export interface NewAnalysis extends AnalysisTerms {
  /** Beside `runIds`: of one of several checkpoints of its run, else null. */
  readonly epochs: readonly (number | null)[]
  readonly memoryBytes: number
  /** Multiply-adds. */
  readonly work: number
  readonly queuedAt: number
}

/** Of each run, in their order. */
export interface AnalysedCheckpoints {
  readonly epochs: readonly number[]
  /** null for initial weights. */
  readonly sha256s: readonly (string | null)[]
}

/** As SQLite returns it; enumerations were checked when it was written. */
interface AnalysisRow {
  readonly id: number
  readonly kind: AnalysisKind
  readonly checkpoint: string
  readonly split: Analysis['split']
  readonly options: string
  readonly state: AnalysisState
  readonly reason: string | null
  readonly attempt: number
  readonly queued_at: number
  readonly started_at: number | null
  readonly finished_at: number | null
  /** JSON arrays in the members' order. */
  readonly run_ids: string
  readonly epochs: string
  /** JSON object; null without a device. */
  readonly device: string | null
}

const members = (columns: string) => `(SELECT json_group_array(${columns} ORDER BY position) FROM analysis_members`

const query = `
  SELECT id, kind, checkpoint, split, options, state, reason, attempt, queued_at, started_at, finished_at,
    ${members('run_id')} WHERE analysis_id = analyses.id) AS run_ids,
    ${members('epoch')} WHERE analysis_id = analyses.id AND epoch IS NOT NULL) AS epochs,
    (SELECT json_object('kind', kind, 'name', name, 'threads', threads, 'precision', precision) FROM devices
      WHERE devices.id = analyses.device_id) AS device
  FROM analyses`

/** Leaves out removed ones, and those of removed runs as long as these are. */
const shown = `removed_at IS NULL AND NOT EXISTS (
  SELECT 1 FROM analysis_members JOIN runs ON runs.id = run_id WHERE analysis_id = analyses.id AND runs.removed_at IS NOT NULL)`

/** Stores analyses and their results. */
export class AnalysisTables extends JobRows {
  readonly #db: Database
  readonly #get

  constructor(db: Database) {
    super(db, { jobs: 'analyses', members: 'analysis_members', key: 'analysis_id', sort: 'kind' })
    this.#db = db
    this.#get = db.prepare<[number], AnalysisRow>(`${query} WHERE id = ? AND removed_at IS NULL`)
  }

  insert({ kind, checkpoint, split, options, runIds, epochs, memoryBytes, work, queuedAt }: NewAnalysis): number {
    const { lastInsertRowid } = this.#db
      .prepare(
        `INSERT INTO analyses (kind, checkpoint, split, options, state, memory_bytes, work, queued_at)
         VALUES (?, ?, ?, ?, 'waiting', ?, ?, ?)`,
      )
      .run(kind, checkpointsText(checkpoint), split, JSON.stringify(options), Math.round(memoryBytes), work, queuedAt)
    const id = Number(lastInsertRowid)
    const add = this.#db.prepare('INSERT INTO analysis_members (analysis_id, position, run_id, epoch) VALUES (?, ?, ?, ?)')
    for (const [position, runId] of runIds.entries()) add.run(id, position, runId, epochs[position] ?? null)
    return id
  }

  /** @throws SkiplabError not-found */
  get(id: number): Analysis {
    const row = this.#get.get(id)
    if (row) return analysisFromRow(row)
    throw new SkiplabError('not-found', `There is no analysis ${id} in this workspace.`)
  }

  /** What it came to; null until it has finished. */
  result(id: number): unknown {
    const row = this.#db.prepare<[number], { result: string | null }>('SELECT result FROM analyses WHERE id = ?').get(id)
    return row?.result == null ? null : JSON.parse(row.result)
  }

  /** Lists them in the order in which they were queued; those of one of the runs, or all. */
  list(
    runIds: readonly number[] | null,
    states: readonly AnalysisState[] | null,
    kinds: readonly AnalysisKind[] | null = null,
  ): Analysis[] {
    const ofRuns = 'id IN (SELECT analysis_id FROM analysis_members WHERE run_id IN (SELECT value FROM json_each(?)))'
    const within = (column: string) => `${column} IN (SELECT value FROM json_each(?))`
    const conditions: [string, readonly unknown[] | null][] = [
      [ofRuns, runIds],
      [within('state'), states],
      [within('kind'), kinds],
    ]
    const asked = conditions.flatMap(([condition, values]) => (values ? [[condition, JSON.stringify(values)] as const] : []))
    const where = [shown, ...asked.map(([condition]) => condition)].join(' AND ')
    return this.#db
      .prepare<unknown[], AnalysisRow>(`${query} WHERE ${where} ORDER BY id`)
      .all(...asked.map(([, values]) => values))
      .map(analysisFromRow)
  }

  /** Finds the newest of the same terms that is to come, or has finished with these checkpoints. */
  same({ kind, checkpoint, split, options, runIds }: AnalysisTerms, sha256s: AnalysedCheckpoints['sha256s']): Analysis | null {
    const row = this.#db
      .prepare<unknown[], AnalysisRow>(
        `${query} WHERE ${shown} AND kind = ? AND checkpoint = ? AND split = ? AND options = ?
         AND ${members('run_id')} WHERE analysis_id = analyses.id) = json(?)
         AND (state IN ('waiting', 'running') OR (state = 'finished'
           AND ${members('checkpoint_sha256')} WHERE analysis_id = analyses.id) = json(?)))
         ORDER BY id DESC LIMIT 1`,
      )
      .get(kind, checkpointsText(checkpoint), split, JSON.stringify(options), JSON.stringify(runIds), JSON.stringify(sha256s))
    return row ? analysisFromRow(row) : null
  }

  /** Lists all that look at a run, whether or not the run is removed. */
  idsOfRun(runId: number): number[] {
    return this.#db
      .prepare<[number], { id: number }>(
        `SELECT DISTINCT id FROM analyses JOIN analysis_members ON analysis_id = id WHERE run_id = ? AND removed_at IS NULL ORDER BY id`,
      )
      .all(runId)
      .map((row) => row.id)
  }

  /** @returns the number of the attempt */
  start(id: number, device: Device, { epochs, sha256s }: AnalysedCheckpoints, now: number): number {
    const set = this.#db.prepare('UPDATE analysis_members SET epoch = ?, checkpoint_sha256 = ? WHERE analysis_id = ? AND position = ?')
    for (const [position, epoch] of epochs.entries()) set.run(epoch, sha256s[position], id, position)
    return this.begin(id, device, now)
  }

  finish(id: number, result: unknown, now: number): void {
    this.#db.prepare('UPDATE analyses SET result = ? WHERE id = ?').run(JSON.stringify(result), id)
    this.end(id, 'finished', null, now)
  }

  /** Hides one for good. */
  remove(id: number, now: number): void {
    this.#db.prepare('UPDATE analyses SET removed_at = ?, result = NULL WHERE id = ?').run(now, id)
  }
}

/** What was written from typed values is read back as such; the engine checks every record before it leaves. */
function analysisFromRow(row: AnalysisRow): Analysis {
  return {
    id: row.id,
    kind: row.kind,
    runIds: JSON.parse(row.run_ids) as number[],
    checkpoint: readCheckpoints(row.checkpoint)!,
    split: row.split,
    options: JSON.parse(row.options) as Analysis['options'],
    state: row.state,
    reason: row.reason,
    epochs: JSON.parse(row.epochs) as number[],
    device: row.device === null ? null : (JSON.parse(row.device) as Device),
    attempt: row.attempt,
    queuedAt: row.queued_at,
    startedAt: row.started_at,
    finishedAt: row.finished_at,
  }
}
