import type { Database } from 'better-sqlite3'
import type { Device } from '../../common/device.ts'
import type { Evaluation, EvaluationState } from '../../common/evaluation/evaluation.ts'
import { SkiplabError } from '../../common/failure.ts'
import { metricNames, type SplitResult } from '../../common/results/metrics.ts'
import { deviceIdOf } from './devices.ts'
import { evaluationFromRow, evaluationQuery, type EvaluationRow } from './evaluation-row.ts'

/** How runs are tested. */
export type EvaluationTerms = Pick<Evaluation, 'checkpoint' | 'split' | 'protocol' | 'batchStatistics'>

export interface NewEvaluation extends EvaluationTerms {
  readonly members: readonly { readonly runId: number; /** Null where there is one run. */ readonly memberId: number | null }[]
  readonly memoryBytes: number
  readonly queuedAt: number
}

/** What an attempt tests. */
export interface EvaluationStart {
  readonly device: Device | null
  readonly epoch: number | null
  readonly checkpointSha256: string | null
  readonly now: number
}

export interface EvaluationOutcome {
  readonly results: SplitResult
  readonly images: number
  readonly scores: { readonly bytes: number; readonly sha256: string }
}

/** One that may start or has a worker. */
export interface OpenEvaluation {
  readonly id: number
  readonly state: EvaluationState
  readonly memoryBytes: number
  readonly failures: number
  readonly pid: number | null
  readonly processStarted: string | null
  /** Runs that it tests; several: an ensemble, which needs no worker. */
  readonly members: number
}

/** Leaves out removed ones, and those of removed runs as long as these are. */
const shown = `removed_at IS NULL AND NOT EXISTS (
  SELECT 1 FROM evaluation_members JOIN runs ON runs.id = run_id WHERE evaluation_id = evaluations.id AND runs.removed_at IS NOT NULL)`

/** Stores tests of runs and ensembles, and what they came to. */
export class EvaluationTables {
  readonly #db: Database
  readonly #get
  readonly #open

  constructor(db: Database) {
    this.#db = db
    this.#get = db.prepare<[number], EvaluationRow>(`${evaluationQuery} WHERE id = ? AND removed_at IS NULL`)
    this.#open = db.prepare<[], OpenEvaluation>(`
      SELECT id, state, memory_bytes AS memoryBytes, failures, pid, process_started AS processStarted,
        (SELECT count(*) FROM evaluation_members WHERE evaluation_id = id) AS members
      FROM evaluations WHERE state IN ('waiting', 'running') ORDER BY id`)
  }

  insert({ checkpoint, split, protocol, batchStatistics, members, memoryBytes, queuedAt }: NewEvaluation): number {
    const { lastInsertRowid } = this.#db
      .prepare(
        `INSERT INTO evaluations (checkpoint, split, protocol, batch_statistics, state, memory_bytes, queued_at)
         VALUES (?, ?, ?, ?, 'waiting', ?, ?)`,
      )
      .run(checkpoint, split, protocol, batchStatistics, Math.round(memoryBytes), queuedAt)
    const id = Number(lastInsertRowid)
    const add = this.#db.prepare('INSERT INTO evaluation_members (evaluation_id, position, run_id, member_id) VALUES (?, ?, ?, ?)')
    for (const [position, { runId, memberId }] of members.entries()) add.run(id, position, runId, memberId)
    return id
  }

  /** @throws SkiplabError not-found */
  get(id: number): Evaluation {
    const found = this.find(id)
    if (found) return found
    throw new SkiplabError('not-found', `There is no evaluation ${id} in this workspace.`)
  }

  /** Null where there is none, or no longer. */
  find(id: number): Evaluation | null {
    const row = this.#get.get(id)
    return row ? evaluationFromRow(row) : null
  }

  /** Lists them in the order in which they were queued; those of one of the runs, or all. */
  list(runIds: readonly number[] | null, states: readonly EvaluationState[] | null): Evaluation[] {
    const ofRuns = 'id IN (SELECT evaluation_id FROM evaluation_members WHERE run_id IN (SELECT value FROM json_each(?)))'
    const inStates = 'state IN (SELECT value FROM json_each(?))'
    const where = [shown, ...(runIds ? [ofRuns] : []), ...(states ? [inStates] : [])].join(' AND ')
    const values = [runIds, states].flatMap((each) => (each ? [JSON.stringify(each)] : []))
    return this.#db
      .prepare<unknown[], EvaluationRow>(`${evaluationQuery} WHERE ${where} ORDER BY id`)
      .all(...values)
      .map(evaluationFromRow)
  }

  /** Lists waiting and running ones in the order in which they start. */
  open(): OpenEvaluation[] {
    return this.#open.all()
  }

  /** Finds the newest one of the same run and terms that is to come or has finished with this checkpoint. */
  ofRun(runId: number, terms: EvaluationTerms, checkpointSha256: string): Evaluation | null {
    return this.#newest(
      `EXISTS (SELECT 1 FROM evaluation_members WHERE evaluation_id = evaluations.id AND run_id = ? AND member_id IS NULL)
       AND (state <> 'finished' OR checkpoint_sha256 = ?)`,
      [runId, checkpointSha256],
      terms,
    )
  }

  /** Finds the newest ensemble of the same evaluations that is to come or has finished. */
  ofMembers(memberIds: readonly number[], terms: EvaluationTerms): Evaluation | null {
    return this.#newest(
      '(SELECT json_group_array(member_id ORDER BY position) FROM evaluation_members WHERE evaluation_id = evaluations.id) = json(?)',
      [JSON.stringify(memberIds)],
      terms,
    )
  }

  #newest(condition: string, values: readonly unknown[], terms: EvaluationTerms): Evaluation | null {
    const row = this.#db
      .prepare<unknown[], EvaluationRow>(
        `${evaluationQuery} WHERE ${shown} AND state IN ('waiting', 'running', 'finished') AND checkpoint = ? AND split = ?
         AND protocol = ? AND batch_statistics = ? AND ${condition} ORDER BY id DESC LIMIT 1`,
      )
      .get(terms.checkpoint, terms.split, terms.protocol, terms.batchStatistics, ...values)
    return row ? evaluationFromRow(row) : null
  }

  /** Lists all that test a run, alone or in an ensemble, whether or not the run is removed. */
  idsOfRun(runId: number): number[] {
    return this.#ids('run_id', runId)
  }

  /** Lists ensembles that an evaluation is part of. */
  ensemblesOf(id: number): number[] {
    return this.#ids('member_id', id)
  }

  #ids(column: 'run_id' | 'member_id', value: number): number[] {
    return this.#db
      .prepare<[number], { id: number }>(
        `SELECT DISTINCT id FROM evaluations JOIN evaluation_members ON evaluation_id = id
         WHERE ${column} = ? AND removed_at IS NULL ORDER BY id`,
      )
      .all(value)
      .map((row) => row.id)
  }

  /** @returns the number of the attempt */
  start(id: number, { device, epoch, checkpointSha256, now }: EvaluationStart): number {
    const row = this.#db
      .prepare<unknown[], { attempt: number }>(
        `UPDATE evaluations SET state = 'running', reason = NULL, attempt = attempt + 1, device_id = ?, epoch = ?, checkpoint_sha256 = ?,
           started_at = ? WHERE id = ? RETURNING attempt`,
      )
      .get(device && deviceIdOf(this.#db, device), epoch, checkpointSha256, now, id)
    if (!row) throw new Error(`no evaluation ${id}`)
    return row.attempt
  }

  setProcess(id: number, pid: number, processStarted: string | null): void {
    this.#db.prepare('UPDATE evaluations SET pid = ?, process_started = ? WHERE id = ?').run(pid, processStarted, id)
  }

  finish(id: number, { results, images, scores }: EvaluationOutcome, now: number): void {
    this.#db
      .prepare('UPDATE evaluations SET images = ?, scores_bytes = ?, scores_sha256 = ?, failures = 0 WHERE id = ?')
      .run(images, scores.bytes, scores.sha256, id)
    const insert = this.#db.prepare('INSERT OR REPLACE INTO evaluation_results (evaluation_id, metric, value) VALUES (?, ?, ?)')
    for (const metric of metricNames) {
      const value = results[metric]
      if (value !== undefined) insert.run(id, metric, value)
    }
    this.end(id, 'finished', null, now)
  }

  /** Writes down how it ended. */
  end(id: number, state: 'finished' | 'failed' | 'cancelled', reason: string | null, now: number): void {
    this.#leave(id, state, reason)
    this.#db.prepare('UPDATE evaluations SET finished_at = ? WHERE id = ?').run(now, id)
  }

  /** Lets it wait for another attempt. @param failures that count; left out: as many as before */
  waitAgain(id: number, reason: string | null, failures?: number): void {
    this.#leave(id, 'waiting', reason)
    if (failures !== undefined) this.#db.prepare('UPDATE evaluations SET failures = ? WHERE id = ?').run(failures, id)
  }

  #leave(id: number, state: EvaluationState, reason: string | null): void {
    this.#db.prepare('UPDATE evaluations SET state = ?, reason = ?, pid = NULL, process_started = NULL WHERE id = ?').run(state, reason, id)
  }

  /** The hash under which an evaluation's scores were stored; null without scores. */
  scoresSha256(id: number): string | null {
    const row = this.#db
      .prepare<[number], { sha256: string | null }>('SELECT scores_sha256 AS sha256 FROM evaluations WHERE id = ?')
      .get(id)
    return row?.sha256 ?? null
  }

  /** Hides one for good. */
  remove(id: number, now: number): void {
    this.#db.prepare('UPDATE evaluations SET removed_at = ?, scores_bytes = 0, scores_sha256 = NULL WHERE id = ?').run(now, id)
    this.#db.prepare('DELETE FROM evaluation_results WHERE evaluation_id = ?').run(id)
  }
}
