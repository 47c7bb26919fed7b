import type { Database } from 'better-sqlite3'
import type { Device } from '../../common/device.ts'
import type { EvaluationState } from '../../common/evaluation/evaluation.ts'
import { deviceIdOf } from './devices.ts'

/** States of work on checkpoints, whatever its kind. */
type JobState = EvaluationState

/** One that may start or has a worker. */
export interface OpenJob {
  readonly id: number
  readonly state: JobState
  readonly memoryBytes: number
  readonly failures: number
  readonly pid: number | null
  readonly processStarted: string | null
  /** Runs that it works on. */
  readonly members: number
}

/** Tables of jobs and of the runs that each works on. Names are the program's own, never a person's. */
interface Tables {
  readonly jobs: 'evaluations' | 'analyses'
  readonly members: 'evaluation_members' | 'analysis_members'
  /** Column of the members that names the job. */
  readonly key: 'evaluation_id' | 'analysis_id'
}

/** Columns that tables of jobs on checkpoints share: their state, attempts, workers and times. */
export class JobRows {
  readonly #db: Database
  readonly #open
  readonly #begin
  readonly #setProcess
  readonly #leave
  readonly #setFailures
  readonly #setEnd

  constructor(db: Database, { jobs, members, key }: Tables) {
    this.#db = db
    this.#open = db.prepare<[], OpenJob>(`
      SELECT id, state, memory_bytes AS memoryBytes, failures, pid, process_started AS processStarted,
        (SELECT count(*) FROM ${members} WHERE ${key} = id) AS members
      FROM ${jobs} WHERE state IN ('waiting', 'running') ORDER BY id`)
    this.#begin = db.prepare<[number | null, number, number], { attempt: number }>(
      `UPDATE ${jobs} SET state = 'running', reason = NULL, attempt = attempt + 1, device_id = ?, started_at = ?
       WHERE id = ? RETURNING attempt`,
    )
    this.#setProcess = db.prepare(`UPDATE ${jobs} SET pid = ?, process_started = ? WHERE id = ?`)
    this.#leave = db.prepare(`UPDATE ${jobs} SET state = ?, reason = ?, pid = NULL, process_started = NULL WHERE id = ?`)
    this.#setFailures = db.prepare(`UPDATE ${jobs} SET failures = ? WHERE id = ?`)
    this.#setEnd = db.prepare(`UPDATE ${jobs} SET finished_at = ? WHERE id = ?`)
  }

  /** Lists waiting and running ones in the order in which they start. */
  open(): OpenJob[] {
    return this.#open.all()
  }

  /** @returns the number of the attempt */
  protected begin(id: number, device: Device | null, now: number): number {
    const row = this.#begin.get(device && deviceIdOf(this.#db, device), now, id)
    if (!row) throw new Error(`no job ${id}`)
    return row.attempt
  }

  setProcess(id: number, pid: number, processStarted: string | null): void {
    this.#setProcess.run(pid, processStarted, id)
  }

  /** Writes down how it ended. */
  end(id: number, state: 'finished' | 'failed' | 'cancelled', reason: string | null, now: number): void {
    this.#leave.run(state, reason, id)
    this.#setEnd.run(now, id)
    if (state === 'finished') this.#setFailures.run(0, id)
  }

  /** Lets it wait for another attempt. @param failures that count; left out: as many as before */
  waitAgain(id: number, reason: string | null, failures?: number): void {
    this.#leave.run('waiting', reason, id)
    if (failures !== undefined) this.#setFailures.run(failures, id)
  }
}
