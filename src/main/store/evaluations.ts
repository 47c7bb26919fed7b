import type { Database } from 'better-sqlite3'
import type { Device } from '../../common/device.ts'
import type { Evaluation, EvaluationState } from '../../common/evaluation/evaluation.ts'
import { SkiplabError } from '../../common/failure.ts'
import { metricNames, type SplitResult } from '../../common/results/metrics.ts'
import { evaluationFromRow, evaluationQuery, type EvaluationRow } from './evaluation-row.ts'
import { JobRows } from './job-rows.ts'

/** How runs are tested. */
export type EvaluationTerms = Pick<Evaluation, 'checkpoint' | 'split' | 'protocol' | 'batchStatistics'>

export interface NewEvaluation extends EvaluationTerms {
  readonly members: readonly { readonly runId: number; /** Null where there is one run. */ readonly memberId: number | null }[]
  readonly memoryBytes: number
  /** Multiply-adds; null for an ensemble, which computes none. */
  readonly work: number | null
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

/** Leaves out removed ones, and those of removed runs as long as these are. */
const shown = `removed_at IS NULL AND NOT EXISTS (
  SELECT 1 FROM evaluation_members JOIN runs ON runs.id = run_id WHERE evaluation_id = evaluations.id AND runs.removed_at IS NOT NULL)`

/** Stores tests of runs and ensembles, and what they came to. */
export class EvaluationTables extends JobRows {
  readonly #db: Database
  readonly #get

  constructor(db: Database) {
    super(db, { jobs: 'evaluations', members: 'evaluation_members', key: 'evaluation_id', sort: 'protocol' })
    this.#db = db
    this.#get = db.prepare<[number], EvaluationRow>(`${evaluationQuery} WHERE id = ? AND removed_at IS NULL`)
  }

  insert({ checkpoint, split, protocol, batchStatistics, members, memoryBytes, work, queuedAt }: NewEvaluation): number {
    const { lastInsertRowid } = this.#db
      .prepare(
        `INSERT INTO evaluations (checkpoint, split, protocol, batch_statistics, state, memory_bytes, work, queued_at)
         VALUES (?, ?, ?, ?, 'waiting', ?, ?, ?)`,
      )
      .run(checkpoint, split, protocol, batchStatistics, Math.round(memoryBytes), work, queuedAt)
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
    this.#db.prepare('UPDATE evaluations SET epoch = ?, checkpoint_sha256 = ? WHERE id = ?').run(epoch, checkpointSha256, id)
    return this.begin(id, device, now)
  }

  finish(id: number, { results, images, scores }: EvaluationOutcome, now: number): void {
    this.#db
      .prepare('UPDATE evaluations SET images = ?, scores_bytes = ?, scores_sha256 = ? WHERE id = ?')
      .run(images, scores.bytes, scores.sha256, id)
    const insert = this.#db.prepare('INSERT OR REPLACE INTO evaluation_results (evaluation_id, metric, value) VALUES (?, ?, ?)')
    for (const metric of metricNames) {
      const value = results[metric]
      if (value !== undefined) insert.run(id, metric, value)
    }
    this.end(id, 'finished', null, now)
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
