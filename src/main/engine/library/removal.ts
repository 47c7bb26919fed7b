import { readdirSync, rmSync, statSync } from 'node:fs'
import { join } from 'node:path'
import type { Removed } from '../../../common/rpc/call.ts'
import type { RunState } from '../../../common/records/records.ts'
import { SkiplabError } from '../../../common/failure.ts'
import type { Store } from '../../store/store.ts'
import type { Announcements, Journal } from '../journal/journal.ts'

export interface RemovalOptions {
  readonly store: Store
  readonly journal: Journal
  readonly checkpointsFolder: string
  readonly logsFolder: string
  readonly log: (message: string) => void
  /** Called before runs are hidden: whatever else works on them ends. */
  readonly onRemove: (runIds: readonly number[]) => void
  /** Called when a run's data is deleted. */
  readonly onPurge: (runId: number) => void
  /** How long what was removed can be restored. */
  readonly keptMs?: number
}

const keptMs = 10 * 60_000
/** States of runs with training to do: these must be cancelled first. */
const inQueue: readonly RunState[] = ['waiting', 'paused', 'running', 'interrupted']

/** Renames, removes and restores runs and sweeps. */
export class Removal {
  readonly #options: RemovalOptions
  readonly keptMs: number

  constructor(options: RemovalOptions) {
    this.#options = options
    this.keptMs = options.keptMs ?? keptMs
  }

  renameRun(runId: number, name: string): void {
    const { store, journal } = this.#options
    store.runs.get(runId)
    journal.commit((announce) => {
      store.removal.renameRun(runId, name)
      announce.changed(runId)
    })
  }

  renameSweep(sweepId: number, name: string): void {
    const { store, journal } = this.#options
    this.#requireSweep(sweepId)
    journal.commit((announce) => {
      store.removal.renameSweep(sweepId, name)
      announce.publish('sweeps.changed', store.sweeps.list())
      // Each run carries its sweep's name.
      for (const { id } of store.removal.members(sweepId)) announce.changed(id)
    })
  }

  /** @throws SkiplabError when one of them is not there or has training to do; then none is removed */
  removeRuns(runIds: readonly number[]): Removed {
    const ids = [...new Set(runIds)]
    const runs = ids.map((id) => this.#options.store.runs.get(id))
    this.#refuseQueued(runs)
    return this.#hide(ids, null)
  }

  removeSweep(sweepId: number, withRuns: boolean): Removed {
    this.#requireSweep(sweepId)
    const members = this.#options.store.removal.members(sweepId)
    this.#refuseQueued(members)
    return this.#hide(withRuns ? members.filter(({ shared }) => !shared).map(({ id }) => id) : [], {
      sweepId,
      memberIds: members.map(({ id }) => id),
    })
  }

  restoreRuns(runIds: readonly number[]): { runIds: number[] } {
    const { store, journal } = this.#options
    const ids = [...new Set(runIds)].filter((id) => store.removal.removedAt(id) !== null)
    if (ids.length === 0)
      throw new SkiplabError(
        'not-found',
        `Nothing to restore: expected runs that were removed less than ${this.keptMs / 60_000} minutes ago; got ${runIds.join(', ')}.`,
      )
    journal.commit((announce) => this.#show(ids, announce))
    return { runIds: ids }
  }

  restoreSweep(sweepId: number): { runIds: number[] } {
    const { store, journal } = this.#options
    const at = store.removal.sweepRemovedAt(sweepId)
    if (at === null) throw new SkiplabError('not-found', `Nothing to restore: there is no removed sweep ${sweepId} in this workspace.`)
    const ids = store.removal.hiddenWith(sweepId, at)
    journal.commit((announce) => {
      store.removal.showSweep(sweepId)
      this.#show(ids, announce)
      for (const { id } of store.removal.members(sweepId)) announce.changed(id)
    })
    return { runIds: ids }
  }

  /** Deletes the data of runs that were removed long enough ago. */
  purge(now = Date.now()): void {
    const { store, journal, log } = this.#options
    for (const runId of store.removal.due(now - this.keptMs)) {
      journal.commit(() => store.removal.purge(runId, now))
      this.deleteFiles(runId)
      log(`run ${runId} was removed: its curves, checkpoints and logs are deleted`)
    }
  }

  /** Deletes checkpoints, logs and tests of a run whose data was purged. */
  deleteFiles(runId: number): void {
    this.#options.onPurge(runId)
    for (const file of this.filesOf(runId)) rmSync(file, { recursive: true, force: true })
  }

  #hide(ids: readonly number[], sweep: { sweepId: number; memberIds: readonly number[] } | null): Removed {
    const { store, journal, onRemove } = this.#options
    const now = Date.now()
    onRemove(ids)
    journal.commit((announce) => {
      for (const id of ids) if (store.runs.get(id).state === 'held') store.runs.change(id, { state: 'cancelled', finishedAt: now })
      store.removal.hideRuns(ids, now)
      announce.publish('runs.removed', { runIds: [...ids] })
      if (sweep) {
        store.removal.hideSweep(sweep.sweepId, now)
        for (const id of sweep.memberIds) if (!ids.includes(id)) announce.changed(id)
      }
      announce.publish('sweeps.changed', store.sweeps.list())
    })
    return {
      runIds: [...ids],
      bytes: ids.reduce((sum, id) => sum + this.filesOf(id).reduce((all, file) => all + sizeOf(file), 0), 0),
      purgeAt: now + this.keptMs,
    }
  }

  #show(ids: readonly number[], announce: Announcements): void {
    const { store } = this.#options
    store.removal.showRuns(ids)
    for (const id of ids) announce.changed(id)
    announce.publish('sweeps.changed', store.sweeps.list())
  }

  #requireSweep(sweepId: number): void {
    if (!this.#options.store.sweeps.exists(sweepId)) throw new SkiplabError('not-found', `There is no sweep ${sweepId} in this workspace.`)
  }

  #refuseQueued(runs: readonly { readonly id: number; readonly state: RunState }[]): void {
    const queued = runs.filter(({ state }) => inQueue.includes(state))
    const [first] = queued
    if (first)
      throw new SkiplabError(
        'conflict',
        `Nothing was removed: ${queued.length === 1 ? `run ${first.id} is` : `${queued.length} runs are`} still in the queue ` +
          `(run ${first.id} is ${first.state}). Cancel ${queued.length === 1 ? 'it' : 'them'} first.`,
      )
  }

  /** Lists the folder and files of a run: checkpoints and logs. */
  filesOf(runId: number): string[] {
    const { checkpointsFolder, logsFolder } = this.#options
    const logs = readdirSync(logsFolder).filter((name) => name === `run-${runId}.log` || name.startsWith(`run-${runId}.log.`))
    return [join(checkpointsFolder, String(runId)), ...logs.map((name) => join(logsFolder, name))]
  }
}

function sizeOf(path: string): number {
  const found = statSync(path, { throwIfNoEntry: false })
  if (!found) return 0
  return found.isDirectory() ? readdirSync(path).reduce((sum, name) => sum + sizeOf(join(path, name)), 0) : found.size
}
