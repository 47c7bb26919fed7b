import type { Device } from '../../common/device.ts'
import type { Database } from 'better-sqlite3'
import { depthOf } from '../../common/network/design.ts'
import type { RunState, RunSummary } from '../../common/records/records.ts'
import type { ImportedFrom } from '../../common/weights/imported-from.ts'
import type { RunFilter } from '../../common/rpc/run-calls.ts'
import { SkiplabError } from '../../common/failure.ts'
import { withoutLaterDefaults } from '../../common/training/recipe.ts'
import type { RunSettings } from '../../common/training/run-settings.ts'
import type { ResultTables } from './results.ts'
import { runWhere } from './run-filter.ts'
import { runFromRow, runsFromRows, summaryQuery, type RunRow } from './run-row.ts'

export interface NewRun {
  readonly sweepId: number | null
  readonly name: string
  readonly settings: RunSettings
  readonly settingsHash: string
  readonly parameterCount: number
  readonly multiplyAdds: number
  readonly totalSteps: number
  readonly totalEpochs: number
  /** Validation and test images of one epoch. */
  readonly evaluationImages: number
  readonly memoryBytes: number
  readonly priority: number
  readonly queuedAt: number
  /** Where its weights came from; left out for a run that is trained here. */
  readonly imported?: ImportedFrom
}

/** Fields of a run that change between its queueing and its end. */
export interface RunChange {
  state?: RunState
  reason?: string | null
  failures?: number
  startedAt?: number | null
  finishedAt?: number | null
}

/** States of runs that still have training to do. */
const queueStates = "('running', 'interrupted', 'waiting', 'paused', 'held')"

export class RunTable {
  readonly #db: Database
  readonly #results
  readonly #insert
  readonly #get
  readonly #trained
  readonly #change
  readonly #memory

  constructor(db: Database, results: ResultTables) {
    this.#db = db
    this.#results = results
    this.#insert = db.prepare<Record<string, unknown>>(`
      INSERT INTO runs (sweep_id, name, settings, settings_hash, architecture, family, depth, shortcut, seed, dataset, recipe,
        parameter_count, multiply_adds, total_steps, total_epochs, evaluation_images, memory_bytes, state, priority, position, queued_at,
        imported)
      VALUES (@sweepId, @name, @settings, @settingsHash, @architecture, @family, @depth, @shortcut, @seed, @dataset, @recipe,
        @parameterCount, @multiplyAdds, @totalSteps, @totalEpochs, @evaluationImages, @memoryBytes, 'waiting', @priority,
        (SELECT coalesce(max(position), 0) + 1 FROM runs), @queuedAt, @imported)`)
    this.#get = db.prepare<[number], RunRow>(`${summaryQuery} WHERE runs.id = ? AND runs.removed_at IS NULL`)
    this.#trained = db.prepare<[string, string], { id: number }>(`
      SELECT runs.id FROM runs JOIN devices ON devices.id = runs.device_id
      WHERE settings_hash = ? AND state IN ('finished', 'diverged') AND removed_at IS NULL AND devices.precision = ?
      ORDER BY state = 'finished' DESC, runs.id DESC LIMIT 1`)
    this.#change = db.prepare<Record<string, unknown>>(`
      UPDATE runs SET state = coalesce(@state, state), failures = coalesce(@failures, failures),
        reason = iif(@setReason, @reason, reason), started_at = iif(@setStarted, @startedAt, started_at),
        finished_at = iif(@setFinished, @finishedAt, finished_at)
      WHERE id = @id`)
    this.#memory = db.prepare<[number], { memory: number; failures: number; evaluationImages: number }>(
      'SELECT memory_bytes AS memory, failures, evaluation_images AS evaluationImages FROM runs WHERE id = ?',
    )
  }

  insert(run: NewRun): number {
    const { settings, imported, ...columns } = run
    const { network } = settings
    const result = this.#insert.run({
      ...columns,
      settings: JSON.stringify({ ...settings, recipe: withoutLaterDefaults(settings.recipe) }),
      architecture: network.architecture,
      family: network.family,
      depth: depthOf(network),
      shortcut: network.shortcut,
      seed: settings.seed,
      dataset: settings.dataset.name,
      recipe: settings.recipe.name,
      imported: imported ? JSON.stringify(imported) : null,
    })
    return Number(result.lastInsertRowid)
  }

  /** @throws SkiplabError not-found */
  get(runId: number): RunSummary {
    const row = this.#get.get(runId)
    if (!row) throw new SkiplabError('not-found', `There is no run ${runId} in this workspace.`)
    return runFromRow(row, this.#results.reader()(runId))
  }

  list(filter: RunFilter, offset: number, limit: number): { runs: RunSummary[]; total: number } {
    const { where, values } = runWhere(filter)
    const total =
      this.#db
        .prepare<unknown[], { total: number }>(
          `SELECT count(*) AS total FROM runs LEFT JOIN sweeps ON sweeps.id = runs.sweep_id AND sweeps.removed_at IS NULL ${where}`,
        )
        .get(...values)?.total ?? 0
    const rows = this.#db
      .prepare<unknown[], RunRow>(`${summaryQuery} ${where} ORDER BY runs.id LIMIT ? OFFSET ?`)
      .all(...values, limit, offset)
    return { runs: runsFromRows(rows, this.#results.reader()), total }
  }

  /** Lists runs with training to do: running ones first, then in the order in which they will start. */
  queue(): RunSummary[] {
    const rows = this.#db
      .prepare<[], RunRow>(
        `${summaryQuery} WHERE runs.state IN ${queueStates} ORDER BY runs.state <> 'running', runs.priority DESC, runs.position, runs.id`,
      )
      .all()
    return runsFromRows(rows, this.#results.reader())
  }

  /**
   * Finds the newest run that finished, else that diverged, with the same settings and the same arithmetic: settings may leave the
   * precision to the machine.
   */
  trainedLike(settingsHash: string, precision: Device['precision']): number | null {
    return this.#trained.get(settingsHash, precision)?.id ?? null
  }

  /**
   * Reads the attempts that failed since the run last made progress, the estimated peak of its worker, and the images of one evaluation.
   */
  schedulingFacts(runId: number): { memory: number; failures: number; evaluationImages: number } {
    const row = this.#memory.get(runId)
    if (!row) throw new SkiplabError('not-found', `There is no run ${runId} in this workspace.`)
    return row
  }

  change(runId: number, change: RunChange): void {
    this.#change.run({
      id: runId,
      state: change.state ?? null,
      failures: change.failures ?? null,
      setReason: change.reason === undefined ? 0 : 1,
      reason: change.reason ?? null,
      setStarted: change.startedAt === undefined ? 0 : 1,
      startedAt: change.startedAt ?? null,
      setFinished: change.finishedAt === undefined ? 0 : 1,
      finishedAt: change.finishedAt ?? null,
    })
  }

  idsInStates(states: readonly RunState[], sweepId: number | null): number[] {
    const { where, values } = runWhere({ states: [...states], ...(sweepId === null ? {} : { sweepId }) })
    const rows = this.#db
      .prepare<unknown[], { id: number }>(
        `SELECT runs.id FROM runs LEFT JOIN sweeps ON sweeps.id = runs.sweep_id AND sweeps.removed_at IS NULL ${where} ORDER BY runs.id`,
      )
      .all(...values)
    return rows.map((row) => row.id)
  }

  countInStates(states: readonly RunState[]): number {
    const marks = states.map(() => '?').join(', ')
    return (
      this.#db
        .prepare<unknown[], { count: number }>(`SELECT count(*) AS count FROM runs WHERE removed_at IS NULL AND state IN (${marks})`)
        .get(...states)?.count ?? 0
    )
  }
}
