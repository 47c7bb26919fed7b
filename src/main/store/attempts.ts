import type { Device } from '../../common/device.ts'
import type { Database } from 'better-sqlite3'
import type { RunEnvironment } from '../../common/records/arithmetic.ts'
import type { AttemptRecord } from '../../common/records/records.ts'
import { deviceIdOf } from './devices.ts'

/**
 * A condition for those `attempts` whose steps were not trained again by a later one: on what these computed, a run's numbers depend.
 * @param totalSteps of the run, in SQL
 */
export function countsAttempt(totalSteps: string): string {
  return `resumed_from_step < coalesce(
    (SELECT min(later.resumed_from_step) FROM attempts AS later
      WHERE later.run_id = attempts.run_id AND later.attempt > attempts.attempt), ${totalSteps} + 1)`
}

type EnvironmentRow = Device & { readonly runId: number; readonly trainedAt: string | null; readonly versions: string }

export interface Lease {
  readonly runId: number
  readonly attempt: number
  readonly pid: number | null
  /** When that process started, as the system tells it: a process number alone may have been given to another. */
  readonly processStarted: string | null
  /** Where it runs; null: a process of this machine. */
  readonly place: string | null
  /** Of the job at its place; null while it was not started. */
  readonly jobHandle: string | null
  /** Tag of the workspace that started the job. */
  readonly jobWorkspace: string | null
  /** Bytes of the job's file of events that are stored. */
  readonly jobOffset: number
}

export interface AttemptStart {
  readonly device: Device
  readonly versions: Readonly<Record<string, string>>
  readonly resumedFromStep: number
  readonly compileMs: number
  readonly loadMs: number
}

export interface AttemptEnd {
  readonly outcome: string
  readonly reason: string | null
  readonly exitCode: number | null
  readonly signal: string | null
  readonly lastOutput: string | null
}

/** Stores workers of runs: their leases, devices and environments, and how each ended. */
export class AttemptTables {
  readonly #db: Database
  readonly #lease
  readonly #offset
  readonly #traffic

  constructor(db: Database) {
    this.#db = db
    this.#lease = db.prepare<[number], { attempt: number; offset: number }>(
      'SELECT attempt, job_offset AS offset FROM leases WHERE run_id = ?',
    )
    this.#traffic = db.prepare<[number, number, number]>(
      'UPDATE runs SET sent_bytes = sent_bytes + ?, fetched_bytes = fetched_bytes + ? WHERE id = ?',
    )
    this.#offset = db.prepare<[number, number, number]>('UPDATE leases SET job_offset = ? WHERE run_id = ? AND attempt = ?')
  }

  /** Grants a lease under the next fencing number and returns that number. @param place null: this machine */
  grant(runId: number, now: number, place: string | null = null): number {
    const row = this.#db
      .prepare<[number], { attempt: number }>('UPDATE runs SET attempt = attempt + 1 WHERE id = ? RETURNING attempt')
      .get(runId)
    if (!row) throw new Error(`no run ${runId}`)
    this.#db.prepare('INSERT INTO leases (run_id, attempt, place) VALUES (?, ?, ?)').run(runId, row.attempt, place)
    this.#db.prepare('INSERT INTO attempts (run_id, attempt, started_at, place) VALUES (?, ?, ?, ?)').run(runId, row.attempt, now, place)
    return row.attempt
  }

  /** Notes the job that an attempt is at its place. */
  setJob(runId: number, attempt: number, handle: string, workspace: string): void {
    this.#db
      .prepare('UPDATE leases SET job_handle = ?, job_workspace = ? WHERE run_id = ? AND attempt = ?')
      .run(handle, workspace, runId, attempt)
  }

  /** Notes how far a job's events are stored, and that so much more was fetched; to be written with them. */
  setJobOffset(runId: number, attempt: number, offset: number): void {
    const lease = this.#lease.get(runId)
    if (lease?.attempt !== attempt) return
    this.addTraffic(runId, { fetchedBytes: Math.max(0, offset - lease.offset) })
    this.#offset.run(offset, runId, attempt)
  }

  /** Adds what went over the network for a run, in bytes. */
  addTraffic(runId: number, { sentBytes = 0, fetchedBytes = 0 }: { readonly sentBytes?: number; readonly fetchedBytes?: number }): void {
    this.#traffic.run(sentBytes, fetchedBytes, runId)
  }

  setProcess(runId: number, pid: number, processStarted: string | null): void {
    const row = this.#db
      .prepare<[number, string | null, number], { attempt: number }>(
        'UPDATE leases SET pid = ?, process_started = ? WHERE run_id = ? RETURNING attempt',
      )
      .get(pid, processStarted, runId)
    if (row) this.#db.prepare('UPDATE attempts SET pid = ? WHERE run_id = ? AND attempt = ?').run(pid, runId, row.attempt)
  }

  /** Tells whether reports of this attempt still count. */
  holds(runId: number, attempt: number): boolean {
    return this.#lease.get(runId)?.attempt === attempt
  }

  /** When an attempt began, Unix milliseconds; 0 for one that there never was. */
  startedAt(runId: number, attempt: number): number {
    return (
      this.#db
        .prepare<[number, number], { at: number }>('SELECT started_at AS at FROM attempts WHERE run_id = ? AND attempt = ?')
        .get(runId, attempt)?.at ?? 0
    )
  }

  /** Whether any attempt was at this place. */
  ranAt(place: string): boolean {
    return this.#db.prepare<[string], { found: number }>('SELECT 1 AS found FROM attempts WHERE place = ? LIMIT 1').get(place) !== undefined
  }

  leases(): Lease[] {
    return this.#db
      .prepare<[], Lease>(
        'SELECT run_id AS runId, attempt, pid, process_started AS processStarted, place, job_handle AS jobHandle, ' +
          'job_workspace AS jobWorkspace, job_offset AS jobOffset FROM leases',
      )
      .all()
  }

  started(runId: number, attempt: number, start: AttemptStart): void {
    const deviceId = deviceIdOf(this.#db, start.device)
    const environmentId = this.#environmentId(start.versions)
    this.#db
      .prepare(
        'UPDATE attempts SET device_id = ?, environment_id = ?, resumed_from_step = ?, compile_ms = ?, load_ms = ? WHERE ' +
          'run_id = ? AND attempt = ?',
      )
      .run(deviceId, environmentId, start.resumedFromStep, start.compileMs, start.loadMs, runId, attempt)
    this.#db.prepare('UPDATE runs SET device_id = ? WHERE id = ?').run(deviceId, runId)
  }

  /** Takes the lease back and writes down how the attempt ended. */
  end(runId: number, attempt: number, now: number, end: AttemptEnd): void {
    this.#db.prepare('DELETE FROM leases WHERE run_id = ? AND attempt = ?').run(runId, attempt)
    this.#db
      .prepare(
        'UPDATE attempts SET ended_at = ?, outcome = ?, reason = ?, exit_code = ?, signal = ?, last_words = ? WHERE run_id = ? ' +
          'AND attempt = ?',
      )
      .run(now, end.outcome, end.reason, end.exitCode, end.signal, end.lastOutput, runId, attempt)
  }

  /** Forgets earlier crashes, because a person wants the run tried again. */
  forgive(runId: number): void {
    this.#db.prepare("UPDATE attempts SET outcome = 'crashed, forgiven' WHERE run_id = ? AND outcome = 'crashed'").run(runId)
  }

  crashesSince(runId: number, since: number): number {
    return (
      this.#db
        .prepare<[number, number], { count: number }>(
          "SELECT count(*) AS count FROM attempts WHERE run_id = ? AND outcome = 'crashed' AND ended_at >= ?",
        )
        .get(runId, since)?.count ?? 0
    )
  }

  /** Lists attempts under way at some time of a span, in the order in which they began. */
  between(from: number, to: number): AttemptRecord[] {
    return this.#db
      .prepare<[number, number], AttemptRecord>(
        'SELECT run_id AS runId, attempt, started_at AS startedAt, ended_at AS endedAt, outcome FROM attempts WHERE started_at ' +
          '< ? AND (ended_at IS NULL OR ended_at > ?) ORDER BY started_at, run_id, attempt',
      )
      .all(to, from)
  }

  /** Lists what each of these runs was computed on, run by run, in the order of its attempts. */
  environments(runIds: readonly number[]): RunEnvironment[] {
    return this.#db
      .prepare<[string], EnvironmentRow>(
        `SELECT run_id AS runId, place AS trainedAt, kind, name, threads, precision, versions
        FROM attempts JOIN devices ON devices.id = attempts.device_id JOIN environments ON environments.id = attempts.environment_id
        WHERE run_id IN (SELECT value FROM json_each(?)) AND ${countsAttempt('(SELECT total_steps FROM runs WHERE runs.id = run_id)')}
        ORDER BY run_id, attempt`,
      )
      .all(JSON.stringify(runIds))
      .map(({ runId, trainedAt, versions, ...device }) => ({
        runId,
        trainedAt,
        device,
        // Written by `#environmentId` from names and versions.
        versions: JSON.parse(versions) as Record<string, string>,
      }))
  }

  #environmentId(versions: Readonly<Record<string, string>>): number {
    const text = JSON.stringify(Object.fromEntries(Object.entries(versions).sort(([a], [b]) => (a < b ? -1 : 1))))
    this.#db.prepare('INSERT OR IGNORE INTO environments (versions) VALUES (?)').run(text)
    const row = this.#db.prepare<[string], { id: number }>('SELECT id FROM environments WHERE versions = ?').get(text)
    if (!row) throw new Error('environment not stored')
    return row.id
  }
}
