import type { Precision, PrecisionChoice } from '../../common/device.ts'
import type { Database } from 'better-sqlite3'
import { SkiplabError } from '../../common/failure.ts'
import type { WhenDone } from '../../common/records/records.ts'
import type { TrainingHours } from '../../common/sweep/hours.ts'

/** A run that may be started, in the order of the queue. */
export interface Candidate {
  id: number
  memoryBytes: number
  multiplyAdds: number
  totalSteps: number
  totalEpochs: number
  /** Validation and test images of one epoch. */
  evaluationImages: number
  batchSize: number
  precision: PrecisionChoice
  /** Device of an earlier attempt: the run keeps its arithmetic. */
  pinnedKind: 'cpu' | 'cuda' | null
  pinnedName: string | null
  pinnedThreads: number | null
  pinnedPrecision: Precision | null
  /** Place that it is bound to; null: any. */
  place: string | null
  stepsDone: number
  epochsDone: number
}

/** Smallest distance of two positions; below it the queue is numbered anew. */
const smallestGap = 1e-6

/** Stores the order of runs, and whether the queue starts new ones. */
export class QueueTable {
  readonly #db: Database
  readonly #candidates

  constructor(db: Database) {
    this.#db = db
    this.#candidates = db.prepare<[number], Candidate>(`
      SELECT runs.id, memory_bytes AS memoryBytes, multiply_adds AS multiplyAdds, total_steps AS totalSteps,
        total_epochs AS totalEpochs, evaluation_images AS evaluationImages,
        settings ->> '$.recipe.batchSize' AS batchSize, settings ->> '$.recipe.precision' AS precision,
        devices.kind AS pinnedKind, devices.name AS pinnedName, devices.threads AS pinnedThreads, devices.precision AS pinnedPrecision,
        runs.place,
        coalesce((SELECT max(step) FROM checkpoints WHERE checkpoints.run_id = runs.id AND rejected IS NULL), 0) AS stepsDone,
        coalesce(runs.last_epoch, 0) AS epochsDone
      FROM runs LEFT JOIN devices ON devices.id = runs.device_id
      WHERE state IN ('waiting', 'interrupted') ORDER BY priority DESC, position, runs.id LIMIT ?`)
  }

  get paused(): boolean {
    return this.#db.prepare<[], { paused: number }>('SELECT paused FROM queue_state').get()?.paused === 1
  }

  setPaused(paused: boolean): void {
    this.#db.prepare('UPDATE queue_state SET paused = ?').run(paused ? 1 : 0)
  }

  /** Training hours; null where runs may train all day. */
  get hours(): TrainingHours | null {
    const row = this.#db
      .prepare<[], { from: number | null; to: number | null; end: TrainingHours['end'] }>(
        'SELECT hours_from AS "from", hours_to AS "to", hours_end AS "end" FROM queue_state',
      )
      .get()
    return row === undefined || row.from === null || row.to === null ? null : { from: row.from, to: row.to, end: row.end }
  }

  setHours(hours: TrainingHours | null): void {
    this.#db
      .prepare('UPDATE queue_state SET hours_from = ?, hours_to = ?, hours_end = ?')
      .run(hours?.from ?? null, hours?.to ?? null, hours?.end ?? 'checkpoint')
  }

  get whenDone(): WhenDone {
    return this.#db.prepare<[], { action: WhenDone }>('SELECT when_done AS action FROM queue_state').get()?.action ?? 'nothing'
  }

  setWhenDone(action: WhenDone): void {
    this.#db.prepare('UPDATE queue_state SET when_done = ?').run(action)
  }

  /** Lists the first runs of the queue, or all of them. */
  candidates(limit = -1): Candidate[] {
    return this.#candidates.all(limit)
  }

  /** Binds a run to a place; null: to none. */
  setPlace(runId: number, place: string | null): void {
    this.#db.prepare('UPDATE runs SET place = ? WHERE id = ?').run(place, runId)
  }

  setPriority(runId: number, priority: number): void {
    this.#db.prepare('UPDATE runs SET priority = ? WHERE id = ?').run(priority, runId)
  }

  /** Moves runs, in the order given, before or behind all others of their priority, or before one run, whose priority they take. */
  move(runIds: readonly number[], to: 'first' | 'last' | { before: number }): void {
    if (to === 'last') {
      const last = this.#extreme('max')
      this.#setPositions(runIds, (index) => last + 1 + index)
    } else if (to === 'first') {
      const first = this.#extreme('min')
      this.#setPositions(runIds, (index) => first - runIds.length + index)
    } else {
      this.#moveBefore(runIds, to.before)
    }
  }

  #moveBefore(runIds: readonly number[], before: number): void {
    if (runIds.includes(before)) throw new SkiplabError('bad-input', `Run ${before} cannot be moved before itself.`)
    const target = this.#target(before)
    const previous = this.#previous(target, runIds)
    if (previous !== null && (target.position - previous) / (runIds.length + 1) < smallestGap) {
      this.#renumber()
      this.#moveBefore(runIds, before)
      return
    }
    const start = previous ?? target.position - runIds.length - 1
    const gap = (target.position - start) / (runIds.length + 1)
    this.#setPositions(runIds, (index) => start + gap * (index + 1))
    for (const runId of runIds) this.setPriority(runId, target.priority)
  }

  #target(runId: number): { position: number; priority: number } {
    const row = this.#db
      .prepare<[number], { position: number; priority: number }>('SELECT position, priority FROM runs WHERE id = ?')
      .get(runId)
    if (!row) throw new SkiplabError('not-found', `There is no run ${runId} in this workspace.`)
    return row
  }

  #previous(target: { position: number }, excepted: readonly number[]): number | null {
    return (
      this.#db
        .prepare<[number, string], { position: number | null }>(
          'SELECT max(position) AS position FROM runs WHERE position < ? AND id NOT IN (SELECT value FROM json_each(?))',
        )
        .get(target.position, JSON.stringify(excepted))?.position ?? null
    )
  }

  #extreme(which: 'min' | 'max'): number {
    return this.#db.prepare<[], { position: number | null }>(`SELECT ${which}(position) AS position FROM runs`).get()?.position ?? 0
  }

  #setPositions(runIds: readonly number[], position: (index: number) => number): void {
    const update = this.#db.prepare('UPDATE runs SET position = ? WHERE id = ?')
    for (const [index, runId] of runIds.entries()) update.run(position(index), runId)
  }

  #renumber(): void {
    this.#db.exec(
      'UPDATE runs SET position = numbered.place FROM (SELECT id, row_number() OVER (ORDER BY position, id) AS place FROM ' +
        'runs) AS numbered WHERE numbered.id = runs.id',
    )
  }
}
