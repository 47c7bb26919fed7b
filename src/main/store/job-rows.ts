import type { Database } from 'better-sqlite3'
import type { Device } from '../../common/device.ts'
import type { EvaluationState } from '../../common/evaluation/evaluation.ts'
import type { MeasuredJob } from '../../common/sweep/job-forecast.ts'
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

/** One that is to come or runs, as far as its time goes. */
export interface ForecastJob {
  readonly id: number
  readonly state: 'waiting' | 'running'
  /** Protocol or kind. */
  readonly sort: string
  /** Multiply-adds in all. */
  readonly work: number
  /** Of its first run's network. */
  readonly multiplyAdds: number
  readonly startedAt: number | null
}

/** Newest ended ones that are learned from; older ones say little about today's machine. */
const rememberedJobs = 50

/** Tables of jobs and of the runs that each works on. Names are the program's own, never a person's. */
interface Tables {
  readonly jobs: 'evaluations' | 'analyses'
  readonly members: 'evaluation_members' | 'analysis_members'
  /** Column of the members that names the job. */
  readonly key: 'evaluation_id' | 'analysis_id'
  /** Column of the jobs that tells their sort. */
  readonly sort: 'protocol' | 'kind'
}

/** Columns that tables of jobs on checkpoints share: their state, attempts, workers and times. */
export class JobRows {
  readonly #db: Database
  readonly #open
  readonly #openWork
  readonly #measuredWork
  readonly #begin
  readonly #setProcess
  readonly #leave
  readonly #setFailures
  readonly #setEnd

  constructor(db: Database, { jobs, members, key, sort }: Tables) {
    this.#db = db
    this.#open = db.prepare<[], OpenJob>(`
      SELECT id, state, memory_bytes AS memoryBytes, failures, pid, process_started AS processStarted,
        (SELECT count(*) FROM ${members} WHERE ${key} = id) AS members
      FROM ${jobs} WHERE state IN ('waiting', 'running') ORDER BY id`)
    const facts = `${jobs}.${sort} AS sort, work, (SELECT multiply_adds FROM ${members} JOIN runs ON runs.id = run_id
      WHERE ${key} = ${jobs}.id ORDER BY ${members}.position LIMIT 1) AS multiplyAdds`
    this.#openWork = db.prepare<[], ForecastJob>(`
      SELECT id, state, ${facts}, started_at AS startedAt FROM ${jobs}
      WHERE state IN ('waiting', 'running') AND work IS NOT NULL ORDER BY id`)
    // What was begun again says nothing of the time of one that goes through.
    this.#measuredWork = db.prepare<[string, string, number], MeasuredJob>(`
      SELECT ${facts}, finished_at - started_at AS ms, threads, precision
      FROM ${jobs} JOIN devices ON devices.id = device_id
      WHERE state = 'finished' AND attempt = 1 AND work > 0 AND devices.kind = ? AND devices.name = ?
      ORDER BY finished_at DESC, ${jobs}.id DESC LIMIT ?`)
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

  /** Lists those of {@link open} whose work is known. */
  openWork(): ForecastJob[] {
    return this.#openWork.all()
  }

  /** Lists ended ones of a device, newest first. */
  measuredWork({ kind, name }: Pick<Device, 'kind' | 'name'>): MeasuredJob[] {
    return this.#measuredWork.all(kind, name, rememberedJobs)
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
